using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Hosting.Configuration;

/// <summary>
/// Sets options from a configuration section, and finds what is wrong in it. The framework's binder passes over unknown keys and wrong shapes, and its conversion errors do not tell what would have
/// been allowed; and in an application that is trimmed, it finds no options to set.
/// </summary>
internal static class SettingsBinder
{
    /// <summary>Sets the options.</summary>
    /// <param name="section">The section.</param>
    /// <param name="settings">The options. Where something is wrong, some of them are set and some are not.</param>
    /// <param name="errors">Gets a line for each thing that is wrong.</param>
    public static void Bind(IConfigurationSection section, ISettings settings, List<string> errors)
    {
        // An empty text sets nothing: JSON's [] is one, and so is a variable that was cleared.
        if (!string.IsNullOrEmpty(section.Value))
            errors.Add(ConfigurationKey.Error(section.Path, section.Value, $"a section with {Names(settings)}"));

        var known = Known(settings);
        foreach (var child in section.GetChildren())
        {
            if (Array.Find(known, property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } property)
                Bind(child, settings, property, errors);
            else
                errors.Add(ConfigurationKey.Unknown(child.Path, Names(settings)));
        }
    }

    /// <summary>The properties that are settings. Those for code alone (a hook, a delegate) take no text.</summary>
    internal static PropertyInfo[] Known(ISettings settings) =>
        Array.FindAll(settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance), static property => !typeof(Delegate).IsAssignableFrom(property.PropertyType));

    private static void Bind(IConfigurationSection setting, ISettings settings, PropertyInfo property, List<string> errors)
    {
        if (typeof(ISettings).IsAssignableFrom(property.PropertyType))
            Bind(setting, (ISettings)property.GetValue(settings)!, errors);
        else if (typeof(ICollection<string>).IsAssignableFrom(property.PropertyType))
            BindList(setting, (ICollection<string>)property.GetValue(settings)!, errors);
        else
            BindScalar(setting, settings, property, errors);
    }

    private static void BindScalar(IConfigurationSection setting, ISettings settings, PropertyInfo property, List<string> errors)
    {
        var scalar = new ScalarSetting(property);
        if (scalar.Allows(setting))
            property.SetValue(settings, scalar.Read(setting.Value));
        else
            errors.Add(ConfigurationKey.Error(setting.Path, Written.As(setting), scalar.Allowed(setting.Value)));
    }

    // Entries are added to those that are there by default.
    private static void BindList(IConfigurationSection list, ICollection<string> names, List<string> errors)
    {
        if (!string.IsNullOrEmpty(list.Value))
            errors.Add(ConfigurationKey.Error(list.Path, list.Value, $"a list of names, the first under {list.Path}:0"));

        foreach (var entry in list.GetChildren())
        {
            if (string.IsNullOrWhiteSpace(entry.Value) || entry.GetChildren().Any())
                errors.Add(ConfigurationKey.Error(entry.Path, Written.As(entry), "a name"));
            else
                names.Add(entry.Value);
        }
    }

    private static string Names(ISettings settings) => string.Join(", ", Known(settings).Select(static property => property.Name));
}

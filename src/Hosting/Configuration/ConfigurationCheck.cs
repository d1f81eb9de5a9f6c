using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Hosting.Configuration;

/// <summary>
/// Compares a configuration section with the options type before it is bound, because the binder passes over
/// unknown keys and wrong shapes, and its conversion errors do not tell what would have been allowed.
/// </summary>
internal static class ConfigurationCheck
{
    public static IEnumerable<string> Errors(IConfigurationSection section, Type options)
    {
        var known = options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSetting).ToArray();
        var names = string.Join(", ", known.Select(p => p.Name));

        // An empty text sets nothing: JSON's [] is one, and so is a variable that was cleared.
        if (!string.IsNullOrEmpty(section.Value))
            yield return ConfigurationKey.Error(section.Path, section.Value, $"a section with {names}");

        foreach (var child in section.GetChildren())
        {
            var property = Array.Find(known, p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var errors = property is null ? [ConfigurationKey.Unknown(child.Path, names)] : Errors(child, property);
            foreach (var error in errors)
                yield return error;
        }
    }

    private static IEnumerable<string> Errors(IConfigurationSection setting, PropertyInfo property)
    {
        var type = property.PropertyType;
        if (type.Namespace?.StartsWith(nameof(CrashShield), StringComparison.Ordinal) == true && type.IsClass)
            return Errors(setting, type);
        if (type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type))
            return ListErrors(setting);

        var scalar = new ScalarSetting(property);
        return scalar.Allows(setting) ? [] : [ConfigurationKey.Error(setting.Path, Written.As(setting), scalar.Allowed(setting.Value))];
    }

    // The binder makes a null or an empty name of an entry without a text, and does not complain of one with keys below it.
    private static IEnumerable<string> ListErrors(IConfigurationSection list)
    {
        if (!string.IsNullOrEmpty(list.Value))
            yield return ConfigurationKey.Error(list.Path, list.Value, $"a list of names, the first under {list.Path}:0");

        foreach (var entry in list.GetChildren().Where(entry => string.IsNullOrWhiteSpace(entry.Value) || entry.GetChildren().Any()))
            yield return ConfigurationKey.Error(entry.Path, Written.As(entry), "a name");
    }

    // Code-only settings (a hook, a delegate) take no text.
    private static bool IsSetting(PropertyInfo property) => !typeof(Delegate).IsAssignableFrom(property.PropertyType);
}

using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Hosting.Configuration;

/// <summary>
/// Compares a configuration section with the options type before it is bound, because the binder passes over
/// unknown keys and its conversion errors do not tell what would have been allowed.
/// </summary>
internal static class ConfigurationCheck
{
    public static IEnumerable<string> Errors(IConfiguration section, Type options)
    {
        var known = options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSetting).ToArray();
        foreach (var child in section.GetChildren())
        {
            var property = Array.Find(known, p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var errors = property is null ? [Unknown(child, known)] : Errors(child, property);
            foreach (var error in errors)
                yield return error;
        }
    }

    private static IEnumerable<string> Errors(IConfigurationSection setting, PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.Namespace?.StartsWith(nameof(CrashShield), StringComparison.Ordinal) == true && type.IsClass)
            return Errors(setting, type);

        return setting.Value is { Length: > 0 } value && !IsAllowed(value, property, type)
            ? [ConfigurationKey.Error(setting.Path, value, Allowed(property, type))]
            : [];
    }

    // Code-only settings (a hook, a delegate) take no text.
    private static bool IsSetting(PropertyInfo property) => !typeof(Delegate).IsAssignableFrom(property.PropertyType);

    private static string Unknown(IConfigurationSection section, PropertyInfo[] known) =>
        $"{section.Path} is not a setting: known here are {string.Join(", ", known.Select(p => p.Name))}.";

    // The range is checked here too, so that the error shows what was written: "5" for a time span is five days.
    private static bool IsAllowed(string value, PropertyInfo property, Type type)
    {
        if (type == typeof(Uri))
            return Uri.TryCreate(value, UriKind.Absolute, out var address) && HttpAddressAttribute.IsHttp(address);

        var converter = TypeDescriptor.GetConverter(type);
        if (!converter.CanConvertFrom(typeof(string)))
            return true;
        return converter.IsValid(value)
            && property.GetCustomAttribute<InRangeAttribute>()?.Contains(converter.ConvertFromInvariantString(value)!) != false;
    }

    private static string Allowed(PropertyInfo property, Type type)
    {
        var range = property.GetCustomAttribute<InRangeAttribute>()?.Range;
        return $"{Describe(type)} {range}".TrimEnd();
    }

    private static string Describe(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(TimeSpan) => "a time span such as 00:00:05",
        _ when type == typeof(Uri) => HttpAddressAttribute.Allowed,
        TypeCode.Boolean => "true or false",
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Double => "a number",
        _ => type.Name,
    };
}

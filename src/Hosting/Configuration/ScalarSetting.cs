using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using CrashShield.Hosting.Signals;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Hosting.Configuration;

/// <summary>A setting that is one text in the configuration, and what that text may be.</summary>
internal sealed class ScalarSetting(PropertyInfo property)
{
    private readonly Type _type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
    private readonly InRangeAttribute? _range = property.GetCustomAttribute<InRangeAttribute>();

    private readonly bool _isName = property.IsDefined(typeof(NameAttribute));

    // Of the reference types, addresses and names may be absent and no other text may. The annotations of nullable types may have been trimmed.
    private bool CanBeAbsent => _type != property.PropertyType || _type == typeof(Uri) || _isName;

    public bool Allows(IConfigurationSection setting) =>
        !setting.GetChildren().Any()
        && (string.IsNullOrEmpty(setting.Value) ? CanBeAbsent : IsAllowed(setting.Value));

    /// <summary>The value of a text that is allowed.</summary>
    /// <param name="value">The text; an empty one sets nothing.</param>
    public object? Read(string? value) => string.IsNullOrEmpty(value) ? null : Converter().ConvertFromInvariantString(value);

    /// <summary>What may be written, as it follows "must be".</summary>
    /// <param name="value">What was written instead.</param>
    public string Allowed(string? value) => $"{Describe()} {_range?.Range}".TrimEnd() + ReadAsDays(value);

    // The range is checked here too, so that the error shows what was written and not what was read.
    private bool IsAllowed(string value)
    {
        if (_isName)
            return !string.IsNullOrWhiteSpace(value);
        if (_type == typeof(Uri))
            return Uri.TryCreate(value, UriKind.Absolute, out var address) && HttpAddressAttribute.IsHttp(address);

        var converter = Converter();
        return converter.IsValid(value) && _range?.Contains(converter.ConvertFromInvariantString(value)!) != false;
    }

    // Those that TypeDescriptor has, each by its name: what it finds by the type may have been trimmed.
    private TypeConverter Converter() => Type.GetTypeCode(_type) switch
    {
        _ when _type == typeof(TimeSpan) => new TimeSpanConverter(),
        _ when _type == typeof(Uri) => new UriTypeConverter(),
        _ when _type == typeof(Version) => new VersionConverter(),
        TypeCode.Boolean => new BooleanConverter(),
        TypeCode.Int32 => new Int32Converter(),
        TypeCode.Double => new DoubleConverter(),
        TypeCode.String => new StringConverter(),
        _ => throw new NotSupportedException($"{property.DeclaringType}.{property.Name}: no text is read as {_type}."),
    };

    // TimeSpan.Parse takes a lone number, and a first number above 23, for days: "5" is not five seconds, nor "24:00:00" a day.
    private string? ReadAsDays(string? value) =>
        _type == typeof(TimeSpan)
        && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time)
        && time.Days != 0
        && !value.Split(':')[0].Contains('.', StringComparison.Ordinal)
            ? $" (read as days: {time})"
            : null;

    private string Describe() => Type.GetTypeCode(_type) switch
    {
        _ when _type == typeof(TimeSpan) => "a time span such as 00:00:05",
        _ when _type == typeof(Uri) => HttpAddressAttribute.Allowed,
        _ when property.IsDefined(typeof(ListenAddressAttribute)) => ListenAddressAttribute.Allowed,
        _ when property.IsDefined(typeof(SignalNameAttribute)) => SignalNameAttribute.Allowed,
        _ when _isName => NameAttribute.Allowed,
        _ when _type == typeof(string) => DirectoryPathAttribute.Allowed,
        TypeCode.Boolean => "true or false",
        TypeCode.Int32 => "a whole number",
        TypeCode.Double => "a number",
        _ => _type.Name,
    };
}

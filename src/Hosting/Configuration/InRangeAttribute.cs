using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace CrashShield.Hosting.Configuration;

/// <summary>A bound on a setting. Unlike <see cref="RangeAttribute"/> its error names the configuration key and the value.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class InRangeAttribute : ValidationAttribute
{
    private readonly IComparable _min;
    private readonly IComparable _max;

    public InRangeAttribute(int min, int max) => (_min, _max) = (min, max);

    public InRangeAttribute(double min, double max) => (_min, _max) = (min, max);

    /// <summary>A range of <see cref="TimeSpan"/>, both ends in the constant format, <c>d.hh:mm:ss.fff</c>.</summary>
    public InRangeAttribute(string min, string max) =>
        (_min, _max) = (TimeSpan.Parse(min, CultureInfo.InvariantCulture), TimeSpan.Parse(max, CultureInfo.InvariantCulture));

    public string Range => string.Create(CultureInfo.InvariantCulture, $"from {_min} to {_max}");

    public bool Contains(object value) => _min.CompareTo(value) <= 0 && _max.CompareTo(value) >= 0;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is null || Contains(value))
            return ValidationResult.Success;

        return new ValidationResult(ConfigurationKey.Error(ConfigurationKey.Of(validationContext.DisplayName), value, Range));
    }
}

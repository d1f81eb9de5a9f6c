using System.ComponentModel.DataAnnotations;

namespace CrashShield.Hosting.Configuration;

/// <summary>A setting that is a list or set of paths of the application.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PathsAttribute : ValidationAttribute
{
    public const string Allowed = "a path that begins with /";

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var i = 0;
        foreach (var path in (IEnumerable<string?>)value!)
        {
            if (path?.StartsWith('/') != true)
                return new ValidationResult(ConfigurationKey.Error($"{ConfigurationKey.Of(validationContext.DisplayName)}:{i}", path, Allowed));
            i++;
        }

        return ValidationResult.Success;
    }
}

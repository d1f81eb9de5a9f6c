using System.ComponentModel.DataAnnotations;

namespace CrashShield.Hosting.Configuration;

/// <summary>A setting that is a list of paths of the application.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PathsAttribute : ValidationAttribute
{
    public const string Allowed = "a path that begins with /";

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var paths = (IList<string>)value!;
        for (var i = 0; i < paths.Count; i++)
        {
            if (paths[i]?.StartsWith('/') != true)
                return new ValidationResult(ConfigurationKey.Error($"{ConfigurationKey.Of(validationContext.DisplayName)}:{i}", paths[i], Allowed));
        }

        return ValidationResult.Success;
    }
}

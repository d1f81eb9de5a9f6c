using System.ComponentModel.DataAnnotations;

namespace CrashShield.Hosting.Configuration;

/// <summary>A setting that is the path of a directory. Whether it can be written to shows only when it is.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DirectoryPathAttribute : ValidationAttribute
{
    public const string Allowed = "the path of a directory";

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string path && !string.IsNullOrWhiteSpace(path) && !path.Contains('\0', StringComparison.Ordinal)
            ? ValidationResult.Success
            : new ValidationResult(ConfigurationKey.Error(ConfigurationKey.Of(validationContext.DisplayName), value, Allowed));
}

using System.ComponentModel.DataAnnotations;

namespace CrashShield.Hosting.Configuration;

/// <summary>A setting that is an absolute http or https address.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HttpAddressAttribute : ValidationAttribute
{
    public const string Allowed = "an absolute http or https address such as http://127.0.0.1:4317";

    public static bool IsHttp(Uri address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https" };

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null || (value is Uri address && IsHttp(address))
            ? ValidationResult.Success
            : new ValidationResult(ConfigurationKey.Error(ConfigurationKey.Of(validationContext.DisplayName), value, Allowed));
}

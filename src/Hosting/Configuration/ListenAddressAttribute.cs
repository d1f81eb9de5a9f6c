using System.ComponentModel.DataAnnotations;
using System.Net;

namespace CrashShield.Hosting.Configuration;

/// <summary>A setting that is an address of this machine to listen on.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ListenAddressAttribute : ValidationAttribute
{
    public const string Any = "*";
    public const string Allowed = "* or an IP address";

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && (text == Any || IPAddress.TryParse(text, out _))
            ? ValidationResult.Success
            : new ValidationResult(ConfigurationKey.Error(ConfigurationKey.Of(validationContext.DisplayName), value, Allowed));
}

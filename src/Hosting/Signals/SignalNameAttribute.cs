using System.ComponentModel.DataAnnotations;
using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Signals;

/// <summary>A setting that is a signal which the process may have for itself, or none.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SignalNameAttribute : ValidationAttribute
{
    public const string Allowed = "SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none";

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string name && SignalName.TryParse(name, out _)
            ? ValidationResult.Success
            : new ValidationResult(ConfigurationKey.Error(ConfigurationKey.Of(validationContext.DisplayName), value, Allowed));
}

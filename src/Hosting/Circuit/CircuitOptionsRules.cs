using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>Refuses thresholds that contradict each other: a level that is left where it is entered would flap.</summary>
internal sealed class CircuitOptionsRules : IValidateOptions<CrashShieldOptions>
{
    public ValidateOptionsResult Validate(string? name, CrashShieldOptions options)
    {
        var circuit = options.Circuit;
        var errors = new List<string>();
        if (circuit.RecoverAt >= circuit.DegradeAt)
            errors.Add(Error(nameof(circuit.RecoverAt), circuit.RecoverAt, $"below {Key(nameof(circuit.DegradeAt))}, which is {circuit.DegradeAt}"));
        if (circuit.OpenAt < circuit.DegradeAt)
            errors.Add(Error(nameof(circuit.OpenAt), circuit.OpenAt, $"at least {Key(nameof(circuit.DegradeAt))}, which is {circuit.DegradeAt}"));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static string Error(string setting, double value, string allowed) => ConfigurationKey.Error(Key(setting), value, allowed);

    private static string Key(string setting) => $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.Circuit)}:{setting}";
}

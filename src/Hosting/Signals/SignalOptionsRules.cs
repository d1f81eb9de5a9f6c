using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Signals;

/// <summary>Refuses one signal for two things.</summary>
internal sealed class SignalOptionsRules : IValidateOptions<CrashShieldOptions>
{
    private const string Key = $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.Signals)}:";

    public ValidateOptionsResult Validate(string? name, CrashShieldOptions options)
    {
        var errors = new List<string>();
        var taken = new Dictionary<int, (SignalAction Action, string Signal)>();
        foreach (var setting in SignalMap.Settings(options.Signals))
        {
            if (SignalName.TryParse(setting.Signal, out var number) && number != SignalName.None && !taken.TryAdd(number, setting))
                errors.Add(ConfigurationKey.Error($"{Key}{setting.Action}", setting.Signal, $"another signal than {Key}{taken[number].Action}, which is {taken[number].Signal}"));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

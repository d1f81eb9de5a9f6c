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
        var settings = SignalMap.Settings(options.Signals);
        foreach (var setting in settings)
        {
            var first = Array.Find(settings, other => other.Number == setting.Number)!;
            if (setting.Number != SignalName.None && first != setting)
                errors.Add(ConfigurationKey.Error($"{Key}{setting.Action}", setting.Written, $"another signal than {Key}{first.Action}, which is {first.Written}"));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

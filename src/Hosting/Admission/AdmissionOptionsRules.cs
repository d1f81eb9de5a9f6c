using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Admission;

internal sealed class AdmissionOptionsRules : IValidateOptions<CrashShieldOptions>
{
    private const string Key = $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.Admission)}:";

    public ValidateOptionsResult Validate(string? name, CrashShieldOptions options)
    {
        var admission = options.Admission;
        var errors = new List<string>();
        if (admission.MinLimit > admission.InitialLimit)
            errors.Add(ConfigurationKey.Error(Key + nameof(admission.MinLimit), admission.MinLimit, $"at most {Key}{nameof(admission.InitialLimit)}, which is {admission.InitialLimit}"));
        if (admission.MaxLimit < admission.InitialLimit)
            errors.Add(ConfigurationKey.Error(Key + nameof(admission.MaxLimit), admission.MaxLimit, $"at least {Key}{nameof(admission.InitialLimit)}, which is {admission.InitialLimit}"));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

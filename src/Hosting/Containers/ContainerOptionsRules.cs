using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Containers;

/// <summary>Refuses thresholds that contradict each other.</summary>
internal sealed class ContainerOptionsRules : IValidateOptions<CrashShieldOptions>
{
    private const string Key = $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.Containers)}:";

    public ValidateOptionsResult Validate(string? name, CrashShieldOptions options)
    {
        var containers = options.Containers;
        var errors = new List<string>();
        Below(nameof(containers.MemoryRecoverAt), containers.MemoryRecoverAt, nameof(containers.MemoryDegradeAt), containers.MemoryDegradeAt);
        Below(nameof(containers.MemoryDegradeAt), containers.MemoryDegradeAt, nameof(containers.MemoryOpenAt), containers.MemoryOpenAt);
        Below(nameof(containers.StallRecoverAt), containers.StallRecoverAt, nameof(containers.StallDegradeAt), containers.StallDegradeAt);
        Below(nameof(containers.StallDegradeAt), containers.StallDegradeAt, nameof(containers.StallOpenAt), containers.StallOpenAt);
        AtMost(nameof(containers.StallDegradeAt), containers.StallDegradeAt, nameof(containers.HardStallAt), containers.HardStallAt);
        Below(nameof(containers.PidsRecoverAt), containers.PidsRecoverAt, nameof(containers.PidsDegradeAt), containers.PidsDegradeAt);
        Below(nameof(containers.PidsDegradeAt), containers.PidsDegradeAt, nameof(containers.PidsOpenAt), containers.PidsOpenAt);
        Below(nameof(containers.ThrottleRecoverAt), containers.ThrottleRecoverAt, nameof(containers.ThrottleDegradeAt), containers.ThrottleDegradeAt);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void AtMost(string setting, double value, string other, double bound)
        {
            if (value > bound)
                errors.Add(ConfigurationKey.Error(Key + setting, value, FormattableString.Invariant($"at most {Key}{other}, which is {bound}")));
        }

        void Below(string setting, double value, string other, double bound)
        {
            if (value >= bound)
                errors.Add(ConfigurationKey.Error(Key + setting, value, FormattableString.Invariant($"below {Key}{other}, which is {bound}")));
        }
    }
}

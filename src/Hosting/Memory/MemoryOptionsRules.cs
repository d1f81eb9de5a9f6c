using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Memory;

/// <summary>Refuses thresholds that contradict each other: a level that is entered below the point where it is left would flap.</summary>
internal sealed class MemoryOptionsRules : IValidateOptions<CrashShieldOptions>
{
    private const string Key = $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.Memory)}:";

    public ValidateOptionsResult Validate(string? name, CrashShieldOptions options)
    {
        var memory = options.Memory;
        var errors = new List<string>();
        if (memory.HeapRecoverAt >= memory.HeapDegradeAt)
            errors.Add(Error(nameof(memory.HeapRecoverAt), memory.HeapRecoverAt, "below", nameof(memory.HeapDegradeAt), memory.HeapDegradeAt));
        if (memory.HeapOpenAt <= memory.HeapDegradeAt)
            errors.Add(Error(nameof(memory.HeapOpenAt), memory.HeapOpenAt, "above", nameof(memory.HeapDegradeAt), memory.HeapDegradeAt));
        if (memory.FullPause < memory.FrequentFullPause)
            errors.Add(Error(nameof(memory.FullPause), memory.FullPause, "at least", nameof(memory.FrequentFullPause), memory.FrequentFullPause));
        if (memory.Window < memory.Interval)
            errors.Add(Error(nameof(memory.Window), memory.Window, "at least", nameof(memory.Interval), memory.Interval));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static string Error(string setting, object value, string relation, string other, object bound) =>
        ConfigurationKey.Error(Key + setting, value, FormattableString.Invariant($"{relation} {Key}{other}, which is {bound}"));
}

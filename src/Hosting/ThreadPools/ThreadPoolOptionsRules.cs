using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.ThreadPools;

internal sealed class ThreadPoolOptionsRules : IValidateOptions<CrashShieldOptions>
{
    private const string Key = $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.ThreadPool)}:";

    public ValidateOptionsResult Validate(string? name, CrashShieldOptions options)
    {
        var pool = options.ThreadPool;
        var errors = new List<string>();
        if (pool.OpenAt <= pool.DegradeAt)
            errors.Add(ConfigurationKey.Error(Key + nameof(pool.OpenAt), pool.OpenAt, $"more than {Key}{nameof(pool.DegradeAt)}, which is {pool.DegradeAt}"));
        if (pool.DeadlockAfter < pool.OpenAt)
            errors.Add(ConfigurationKey.Error(Key + nameof(pool.DeadlockAfter), pool.DeadlockAfter, $"at least {Key}{nameof(pool.OpenAt)}, which is {pool.OpenAt}"));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

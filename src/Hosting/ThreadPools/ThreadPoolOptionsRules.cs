using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.ThreadPools;

internal sealed class ThreadPoolOptionsRules : IValidateOptions<CrashShieldOptions>
{
    private const string Key = $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.ThreadPool)}:";

    public ValidateOptionsResult Validate(string? name, CrashShieldOptions options)
    {
        var pool = options.ThreadPool;
        return pool.OpenAt > pool.DegradeAt ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(ConfigurationKey.Error(
            Key + nameof(pool.OpenAt), pool.OpenAt, $"more than {Key}{nameof(pool.DegradeAt)}, which is {pool.DegradeAt}"));
    }
}

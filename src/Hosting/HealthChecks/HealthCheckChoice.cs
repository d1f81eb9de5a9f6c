using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>Which of the application's health checks count for one use, by tag or in code.</summary>
public sealed class HealthCheckChoice : ISettings
{
    /// <summary>All checks, as a tag.</summary>
    public const string All = "*";

    /// <summary>No check, as a tag.</summary>
    public const string None = "none";

    private readonly string _default;

    internal HealthCheckChoice(string @default) => _default = @default;

    /// <summary>A check counts when it has one of these tags; <c>*</c> stands for all checks, <c>none</c> for no check. Left empty, the default of the use holds.</summary>
    public IList<string> Tags { get; } = [];

    /// <summary>Chooses in code, instead of <see cref="Tags"/>.</summary>
    public Func<HealthCheckRegistration, bool>? Predicate { get; set; }

    /// <summary>The tags of <see cref="Tags"/> that none of these checks has.</summary>
    internal IEnumerable<string> Unknown(IEnumerable<HealthCheckRegistration> checks) =>
        Predicate is null ? Tags.Where(tag => tag is not (All or None) && !checks.Any(check => check.Tags.Contains(tag))) : [];

    internal bool Has(HealthCheckRegistration check) => !check.Tags.Contains(ShieldHealthCheckOptions.IgnoredTag)
        && (Predicate?.Invoke(check) ?? (Tags.Count == 0 ? IsMeant(_default, check) : Tags.Any(tag => IsMeant(tag, check))));

    private static bool IsMeant(string tag, HealthCheckRegistration check) => tag switch
    {
        All => true,
        None => false,
        _ => check.Tags.Contains(tag),
    };
}

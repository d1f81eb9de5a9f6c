using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Drain;

/// <summary>How long each part of a shutdown may take, and a host that has failed and serves nobody (<paramref name="Exit"/>).</summary>
internal sealed record DrainTimes(TimeSpan Delay, TimeSpan LameDuck, TimeSpan Host, TimeSpan CleanUp, TimeSpan? GracePeriod, TimeSpan Exit)
{
    public const string KubernetesVariable = "KUBERNETES_SERVICE_HOST";

    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultLameDuck = TimeSpan.FromSeconds(2);

    // Unless it is said what is granted: the least that fits a drain. Kubernetes' own default, 30 s, is used up by .NET's ShutdownTimeout alone.
    private static readonly TimeSpan KubernetesGrace = TimeSpan.FromSeconds(45);

    /// <summary>All of it; <see langword="null"/> when the host is to wait for ever.</summary>
    public TimeSpan? Total => Host == Timeout.InfiniteTimeSpan ? null : Delay + LameDuck + Host + CleanUp;

    public bool Overrun => GracePeriod is { } grace && !(Total <= grace);

    public static DrainTimes Of(CrashShieldOptions options, HostOptions host, bool isDevelopment, bool isKubernetes) => new(
        options.Drain.Delay ?? (isDevelopment ? TimeSpan.Zero : DefaultDelay),
        options.Drain.LameDuck ?? (isDevelopment ? TimeSpan.Zero : DefaultLameDuck),
        host.ShutdownTimeout,
        options.Cleanup.ChainTimeout,
        options.Drain.GracePeriod ?? (isKubernetes ? KubernetesGrace : null),
        options.Circuit.ExitTimeout);

    /// <summary>The last part of the lame duck, in which new clients are refused: who came just before has the time for a request.</summary>
    public TimeSpan Refusing => LameDuck / 4;

    /// <summary>Nobody is served, and the process has failed.</summary>
    public DrainTimes Exiting() => this with { Host = Host != Timeout.InfiniteTimeSpan && Host < Exit ? Host : Exit };

    /// <summary>Nobody is served who could be told.</summary>
    public DrainTimes WithoutServing() => this with { Delay = TimeSpan.Zero, LameDuck = TimeSpan.Zero };
}

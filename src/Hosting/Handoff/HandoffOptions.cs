using CrashShield.Hosting.Configuration;
using CrashShield.Hosting.Serving;

namespace CrashShield.Hosting.Handoff;

/// <summary>How a worker takes over from another (<c>CrashShield:Handoff</c>).</summary>
public sealed class HandoffOptions : ISettings
{
    /// <summary>
    /// Whether the server's listening sockets can be handed over, and SIGUSR2 does so. Without it the server binds them by itself, and a process under <c>crashshield-init</c> is not handed any.
    /// Default: <see langword="true"/>; only on Linux.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>What <see cref="Rule"/> sees as the version of this worker. Default: none, and the entry assembly's version counts.</summary>
    public Version? Version { get; set; }

    /// <summary>
    /// Asked in the old worker whether a new one may take over: why not, or <see langword="null"/>. The first argument is the old one, the second the new one. Default: the major versions have to be the same.
    /// Only in code.
    /// </summary>
    public Func<WorkerBuild, WorkerBuild, string?>? Rule { get; set; }

    /// <summary>How many requests a new worker sends through its own pipeline before it accepts any. 0 to 100,000; default: 400.</summary>
    [InRange(0, 100_000)]
    public int WarmUps { get; set; } = 400;

    /// <summary>The paths that they ask for in turn, with GET; they must change nothing. Paths given in the configuration come in place of the default, <c>/healthz</c>.</summary>
    [Paths]
    public IList<string> WarmUpPaths { get; } = [];

    /// <summary>How long a new worker may take from its start until it is ready, in a restart without <c>crashshield-init</c>. 1 second to 1 hour; default: 1 minute.</summary>
    [InRange("00:00:01", "01:00:00")]
    public TimeSpan ReadyTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The hosted services, by the names of their types, that run in a process which does not serve, too: in a spare, and in a new build until it takes over. All others of the application wait, so that
    /// no two processes do their work at once. Default: none; <see cref="RunsWhileWaitingAttribute"/> says the same in code.
    /// </summary>
    public IList<string> RunsWhileWaiting { get; } = [];

    /// <summary>
    /// How long the old worker waits to see the new one do well before it ends, in a restart without <c>crashshield-init</c>. 0 to 1 hour; default: 10 seconds.
    /// </summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan Probation { get; set; } = TimeSpan.FromSeconds(10);
}

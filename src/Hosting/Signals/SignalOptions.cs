using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Signals;

/// <summary>
/// What the signals of an operator do (<c>CrashShield:Signals</c>). Each is a name, with or without <c>SIG</c>, a number, or <c>none</c>: SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 or a
/// real-time signal from 36 to 64. SIGTERM and SIGINT stop the process in any case, SIGHUP unless it is one of them.
/// </summary>
public sealed class SignalOptions : ISettings
{
    /// <summary>Whether these signals are taken at all. Default: <see langword="true"/>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Begins degraded mode and, sent again, ends it. Default: <c>SIGUSR1</c>.</summary>
    [SignalName]
    public string Degrade { get; set; } = "SIGUSR1";

    /// <summary>Begins a hot restart. Default: <c>SIGUSR2</c>.</summary>
    [SignalName]
    public string Restart { get; set; } = "SIGUSR2";

    /// <summary>Writes a snapshot; the process goes on. Default: <c>SIGQUIT</c>.</summary>
    [SignalName]
    public string Snapshot { get; set; } = "SIGQUIT";

    /// <summary>
    /// Whether SIGHUP, which comes when the terminal is closed, drains and stops the process as SIGTERM does. It changes nothing where SIGHUP is ignored at the start (<c>nohup</c>), or is one of the signals above.
    /// Without it .NET ends the process at once, unless the application handles SIGHUP itself. Default: <see langword="true"/>.
    /// </summary>
    public bool StopOnHangUp { get; set; } = true;
}

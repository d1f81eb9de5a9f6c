namespace CrashShield.Hosting.Signals;

/// <summary>What an operator can ask for by a signal, named as its setting.</summary>
internal enum SignalAction
{
    /// <summary>Degraded mode, on and off.</summary>
    Degrade,

    /// <summary>A hot restart.</summary>
    Restart,

    /// <summary>A snapshot.</summary>
    Snapshot,
}

namespace CrashShield.Init.Workers;

internal enum StartupStep
{
    /// <summary>It has said nothing yet; perhaps it never will.</summary>
    Silent,

    /// <summary>It binds, starts and warms up.</summary>
    Welcomed,

    /// <summary>Its gate is closed; it waits, as a spare does.</summary>
    Ready,

    /// <summary>It was told to open its gate.</summary>
    Opening,

    /// <summary>It accepts connections.</summary>
    Serving,

    /// <summary>It was killed; its end is awaited.</summary>
    Failed,
}

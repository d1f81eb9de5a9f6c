namespace CrashShield.GuestApps.Running;

/// <summary>How an application comes to its end.</summary>
internal enum Ending
{
    /// <summary>It is asked to from inside, without the drain's delays.</summary>
    Asked,

    /// <summary>SIGTERM, with the settings that there are by default.</summary>
    Signal,

    /// <summary>It ends by itself.</summary>
    Itself,
}

namespace CrashShield.Init.Polling;

/// <summary>Something with deadlines.</summary>
internal interface ITimed
{
    /// <summary>When it wants to be called next.</summary>
    Deadline NextDeadline { get; }

    /// <summary>Does what is due.</summary>
    void Tick();
}

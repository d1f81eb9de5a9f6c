namespace CrashShield.Init.Polling;

/// <summary>poll(2).</summary>
[Flags]
internal enum PollEvents : short
{
    None = 0,
    In = 1,
    Out = 4,

    /// <summary>Told without being wanted.</summary>
    HangUp = 16,
}

namespace CrashShield.Hosting.Supervision;

internal enum ChildState : byte
{
    /// <summary>An attempt is queued or runs.</summary>
    Running,

    /// <summary>Between two attempts.</summary>
    Waiting,

    /// <summary>Not in its scope any more. The work of one that was left behind may still run.</summary>
    Ended,
}

namespace CrashShield.Hosting.Supervision;

/// <summary>What follows from the end of an attempt.</summary>
internal enum Verdict
{
    /// <summary>Nothing further.</summary>
    Done,

    /// <summary>The others are cancelled for good, and the scope with them.</summary>
    CancelAll,

    /// <summary>Those that were started later are cancelled for good.</summary>
    CancelLater,

    /// <summary>It starts again, alone or with its group.</summary>
    Restart,

    /// <summary>As <see cref="Restart"/>, when the restart before it is over.</summary>
    Queue,

    /// <summary>It starts again at once; its group is up already.</summary>
    Rejoin,

    /// <summary>One restart too many: the others are stopped, and the scope has failed.</summary>
    Escalate,
}

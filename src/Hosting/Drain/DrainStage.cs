namespace CrashShield.Hosting.Drain;

/// <summary>How far a drain has come.</summary>
internal enum DrainStage
{
    /// <summary>It has not begun.</summary>
    None,

    /// <summary>Not ready, and serves on.</summary>
    Delay,

    /// <summary>Each answer closes its connection.</summary>
    LameDuck,

    /// <summary>New clients are refused; those that are connected send their last requests.</summary>
    Refusing,

    /// <summary>The host is being told; what is registered with <c>ApplicationStopping</c> runs.</summary>
    Callbacks,

    /// <summary>The server and the hosted services stop.</summary>
    Services,

    /// <summary>The shutdown steps run.</summary>
    CleanUp,

    /// <summary>The host has stopped; the program has still to end.</summary>
    Exit,
}

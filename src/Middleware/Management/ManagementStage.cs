namespace CrashShield.Middleware.Management;

/// <summary>How far a connection has come.</summary>
internal enum ManagementStage
{
    /// <summary>The head of its request is read.</summary>
    Head,

    /// <summary>The answer is being made.</summary>
    Answer,

    /// <summary>The answer is sent.</summary>
    Send,

    /// <summary>What the client has sent beyond the head is read, and dropped.</summary>
    Rest,

    /// <summary>Nothing more happens.</summary>
    End,
}

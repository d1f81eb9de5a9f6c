namespace CrashShield.Handoff.Protocol;

/// <summary>A worker as a hand-over sees it. Its <see cref="object.ToString"/> is for people.</summary>
internal interface ISwapWorker
{
    int Generation { get; }

    /// <summary>Of its entry assembly; null until it has said <c>hello</c>.</summary>
    string? Version { get; }

    string? Build { get; }

    /// <summary>Whether its process has ended.</summary>
    bool HasExited { get; }

    /// <summary>It has said <c>hello</c>.</summary>
    void Introduce(string? version, string? build);

    /// <summary>Says something to it. What it answers may come before this returns.</summary>
    void Send(Message message);

    /// <summary>Ends its process at once.</summary>
    void Kill(string reason);
}

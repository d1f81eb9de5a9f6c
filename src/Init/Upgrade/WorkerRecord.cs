namespace CrashShield.Init.Upgrade;

/// <summary>A worker that runs on while the init is replaced.</summary>
internal sealed record WorkerRecord
{
    public int ProcessId { get; init; }

    public int Generation { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Of its control channel; -1 when that is closed.</summary>
    public int Descriptor { get; init; }

    /// <summary>Null for a plain program.</summary>
    public string? Version { get; init; }

    public string? Build { get; init; }

    /// <summary>The signals that it is to be told of over its channel, as a set.</summary>
    public ulong Signals { get; init; }

    public IReadOnlyList<(string Endpoint, int Times)> Asked { get; init; } = [];
}

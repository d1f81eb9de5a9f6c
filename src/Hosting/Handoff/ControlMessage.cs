namespace CrashShield.Hosting.Handoff;

/// <summary>One packet of the control channel; docs/handoff.md has what each type carries.</summary>
/// <param name="Type">One of <see cref="ControlType"/>.</param>
internal sealed record ControlMessage(string Type)
{
    public int? Protocol { get; init; }

    public int? Pid { get; init; }

    public int? Generation { get; init; }

    public string? Version { get; init; }

    public string? Build { get; init; }

    public string? Endpoint { get; init; }

    public string? Reason { get; init; }

    public int? Errno { get; init; }

    public string? LastDeath { get; init; }

    /// <summary>Whether the lead is a worker, which ends when its successor serves.</summary>
    public bool? Peer { get; init; }

    /// <summary>Whether another worker serves while this one starts.</summary>
    public bool? Beside { get; init; }

    public bool? Accepted { get; init; }

    public string? Name { get; init; }

    public byte[]? Data { get; init; }

    public int? Warmups { get; init; }

    public double? Ms { get; init; }

    public int? Connections { get; init; }
}

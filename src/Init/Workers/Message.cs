namespace CrashShield.Init.Workers;

/// <summary>One packet of the control channel; what a type has no use for is null.</summary>
internal sealed record Message(string Type)
{
    /// <summary>The version of the protocol that this init speaks.</summary>
    public const int Protocol = 1;

    public int? ProtocolVersion { get; init; }

    public int? ProcessId { get; init; }

    public int? Generation { get; init; }

    public string? Version { get; init; }

    public string? Build { get; init; }

    public string? Endpoint { get; init; }

    public string? Reason { get; init; }

    /// <summary>Why a system call failed.</summary>
    public int? Errno { get; init; }

    /// <summary>How the worker ended in whose place the receiver comes.</summary>
    public string? LastDeath { get; init; }

    /// <summary>Whether another worker serves while the receiver starts.</summary>
    public bool? Beside { get; init; }

    public bool? Accepted { get; init; }

    public string? Name { get; init; }

    /// <summary>Base64, passed on as it is.</summary>
    public string? Data { get; init; }

    /// <summary>Why a worker with this <c>hello</c> cannot be led; null when it can.</summary>
    public string? WhyNotSpoken() => ProtocolVersion == Protocol
        ? null
        : $"it speaks version {ProtocolVersion?.ToString() ?? "?"} of the protocol, this init version {Protocol}";

    public static Message Refuse(string reason) => new(ControlType.Refuse) { Reason = reason };
}

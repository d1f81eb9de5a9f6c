using System.Globalization;

namespace CrashShield.Handoff.Protocol;

/// <summary>One packet of the control channel; docs/handoff.md has what each type carries. What a type has no use for is null.</summary>
/// <param name="Type">One of <see cref="ControlType"/>.</param>
internal sealed record Message(string Type)
{
    /// <summary>The version of the protocol that this process speaks.</summary>
    public const int Protocol = 1;

    /// <summary>Of <see cref="Data"/>, so that its packet stays within bounds in base64 and with its name.</summary>
    public const int MaxData = 16 * 1024;

    public int? ProtocolVersion { get; init; }

    public int? ProcessId { get; init; }

    public int? Generation { get; init; }

    /// <summary>After deaths, since the init was started.</summary>
    public int? Restarts { get; init; }

    public string? Version { get; init; }

    public string? Build { get; init; }

    public string? Endpoint { get; init; }

    public string? Reason { get; init; }

    /// <summary>Why a system call failed.</summary>
    public int? Errno { get; init; }

    /// <summary>What the sender is to exit with.</summary>
    public int? Code { get; init; }

    /// <summary>How the worker ended in whose place the receiver comes.</summary>
    public string? LastDeath { get; init; }

    /// <summary>Whether the lead is a worker, which ends when its successor serves.</summary>
    public bool? Peer { get; init; }

    /// <summary>Whether another worker serves while the receiver starts.</summary>
    public bool? Beside { get; init; }

    public bool? Accepted { get; init; }

    public string? Name { get; init; }

    public byte[]? Data { get; init; }

    /// <summary>How many requests a worker has sent to itself.</summary>
    public int? WarmUps { get; init; }

    public double? Milliseconds { get; init; }

    public int? Connections { get; init; }

    /// <summary>The numbers of the signals that a worker wants to be told of, with commas between them.</summary>
    public string? Signals { get; init; }

    /// <summary>The number of a signal.</summary>
    public int? Signal { get; init; }

    /// <summary>The numbers of <see cref="Signals"/> as a set, in which signal n is bit n - 1. What is no signal is passed over.</summary>
    public ulong SetOfSignals()
    {
        var set = 0UL;
        foreach (var range in Signals.AsSpan().Split(','))
        {
            if (int.TryParse(Signals.AsSpan(range), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 64)
                set |= 1UL << (number - 1);
        }

        return set;
    }

    /// <summary>Why a worker with this <c>hello</c> cannot be led; null when it can.</summary>
    public string? WhyNotSpoken() => ProtocolVersion == Protocol
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"it speaks version {(object?)ProtocolVersion ?? "?"} of the protocol, this process version {Protocol}");

    public static Message Refuse(string reason) => new(ControlType.Refuse) { Reason = reason };
}

using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Running;

/// <summary>A line that the process prints.</summary>
internal sealed record GuestReport
{
    /// <summary>The ports of HTTP/1.1 and HTTP/2; none for a worker.</summary>
    public int[]? Ports { get; init; }

    /// <summary>What has been seen since the last report.</summary>
    public IReadOnlyList<SeenLine> Seen { get; init; } = [];

    /// <summary>What belongs to the whole process.</summary>
    public IReadOnlyDictionary<string, string> Switches { get; init; } = new Dictionary<string, string>();

    /// <summary>What the container says that the application could ask it.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Why the application did not start, or ended with an exception.</summary>
    public string? Failure { get; init; }
}

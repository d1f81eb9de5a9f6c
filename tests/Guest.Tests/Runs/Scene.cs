using CrashShield.GuestApps.Seen;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>What was to be seen of one request, or of the start or end of the process.</summary>
/// <param name="Name">Which.</param>
/// <param name="Values">What there is one of: the status, a header, a switch.</param>
/// <param name="Lines">What there are many of: log entries, spans.</param>
internal sealed record Scene(string Name, IReadOnlyDictionary<string, string> Values, IReadOnlyList<SeenLine> Lines)
{
    public const string Start = "start";
    public const string End = "end";

    /// <summary>The status of the response, or <c>none</c>.</summary>
    public string Status => Values.GetValueOrDefault("status", "none");

    /// <summary>The path that is asked for; empty at the start and the end.</summary>
    public string Path => Name.Split(' ').FirstOrDefault(word => word.StartsWith('/'), "").Split('?')[0];

    /// <summary>Whether the response did not come whole.</summary>
    public bool IsCut => Values.ContainsKey("end");
}

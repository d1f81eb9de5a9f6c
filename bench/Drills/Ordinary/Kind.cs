namespace CrashShield.Drills.Ordinary;

/// <summary>One kind of ordinary work.</summary>
/// <param name="Name">Its name, for <c>--only</c> and in the report.</param>
/// <param name="Loads">The requests.</param>
internal sealed record Kind(string Name, params OrdinaryLoad[] Loads)
{
    /// <summary>Whether the machine can do it. Then nearly all of it has to be done, whatever the application without the product comes to.</summary>
    public bool Fits { get; init; } = true;

    /// <summary>Whether its load is a share of what a processor of its own does, which is measured before it and after it then.</summary>
    public bool IsShare { get; init; }

    /// <summary>Whether <c>--short</c> has it, too.</summary>
    public bool IsShort { get; init; }

    public Layout Layout { get; init; } = new();

    /// <summary>What is asked for before the load, one after the other: the server's start is not part of what is measured.</summary>
    public IReadOnlyList<string> Prepare { get; init; } = Times(50, "/ok");

    /// <summary>Whether the load begins as soon as the server listens.</summary>
    public bool IsCold { get; init; }

    /// <summary>Clients that the load driver has no words for, beside the load; they are over when it is.</summary>
    public Func<Uri, CancellationToken, Task<Beside>>? Clients { get; init; }

    /// <summary>Variables that the server gets.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>A path, again and again.</summary>
    public static IReadOnlyList<string> Times(int count, string path) => [.. Enumerable.Repeat(path, count)];
}

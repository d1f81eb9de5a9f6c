namespace CrashShield.GuestApps.Seen;

/// <summary>What has been seen, in its order.</summary>
internal static class SeenLog
{
    private static readonly Lock Lock = new();
    private static readonly List<SeenLine> Before = [];
    private static List<SeenLine> Lines = [];

    public static void Add(SeenKind kind, string text)
    {
        lock (Lock)
            Lines.Add(new(kind, text));
    }

    /// <summary>What the application itself has noticed.</summary>
    public static void Note(string text) => Add(SeenKind.Note, text);

    /// <summary>Waits until a line was seen that has a text in it.</summary>
    public static async Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        while (!Has(text))
            await Task.Delay(1, cancellationToken);
    }

    /// <summary>All since the last time.</summary>
    public static IReadOnlyList<SeenLine> Take()
    {
        lock (Lock)
        {
            var taken = Lines;
            Lines = [];
            Before.AddRange(taken);
            return taken;
        }
    }

    private static bool Has(string text)
    {
        lock (Lock)
            return Before.Concat(Lines).Any(line => line.Text.Contains(text, StringComparison.Ordinal));
    }
}

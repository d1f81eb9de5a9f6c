namespace CrashShield.Drills.Ordinary;

/// <summary>What became of the clients beside the load.</summary>
/// <param name="Good">Those that got all that they were to get.</param>
/// <param name="Total">All of them.</param>
internal sealed record Beside(long Good, long Total)
{
    public static Beside Of(IReadOnlyCollection<bool> clients) => new(clients.Count(good => good), clients.Count);
}

using CrashShield.Load;

namespace CrashShield.Drills.Overload;

/// <summary>The loads on one server with one handler, as shares of what it can do.</summary>
internal sealed class OverloadLoad(OverloadServer server, string handler, int iterations)
{
    private const double Overload = 4;
    private const double CriticalShare = 0.4;
    private const double HalfLoad = 0.5;

    // Requests that were let in at the end of the overload are to be done before the next measurement, and its refusals to have ended.
    private const double Settle = 2;

    private readonly string _path = $"{handler}?iterations={iterations}";
    private readonly string _critical = $"{handler}-critical?iterations={iterations}";

    /// <summary>How many requests a second it serves when no more come than it serves.</summary>
    public async Task<double> CapacityAsync(CancellationToken cancellationToken) =>
        (await server.ClosedAsync(_path, connections: 4, seconds: 2, cancellationToken)).PerSecond;

    public Task<LoadResult> HalfAsync(double capacity, double seconds, CancellationToken cancellationToken) =>
        server.OpenAsync(_path, capacity * HalfLoad, Settle, seconds, cancellationToken);

    /// <summary>Four times the capacity, a tenth of it critical.</summary>
    public async Task<(LoadResult Ordinary, LoadResult Critical)> OverAsync(double capacity, double seconds, CancellationToken cancellationToken)
    {
        var ordinary = server.OpenAsync(_path, capacity * (Overload - CriticalShare), Settle, seconds, cancellationToken);
        var critical = server.OpenAsync(_critical, capacity * CriticalShare, Settle, seconds, cancellationToken);
        return (await ordinary, await critical);
    }

    /// <summary>Overload again and again, each between two measurements of the capacity: that of a shared machine changes by the minute.</summary>
    public async Task<IReadOnlyList<OverloadRound>> RoundsAsync(int count, double seconds, CancellationToken cancellationToken)
    {
        var rounds = new List<OverloadRound>();
        var before = await CapacityAsync(cancellationToken);
        for (var i = 0; i < count; i++)
        {
            var (ordinary, critical) = await OverAsync(before, seconds, cancellationToken);
            var after = await CapacityAsync(cancellationToken);
            rounds.Add(new((before + after) / 2, ordinary, critical));
            before = after;
        }

        return rounds;
    }
}

using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Monitors;

/// <summary>What the monitors add to the resident memory, after the same number of requests, a full collection and a while of nothing.</summary>
internal sealed record ResidentCost(IReadOnlyList<double> With, IReadOnlyList<double> Without, IReadOnlyList<double> AnonymousWith, IReadOnlyList<double> AnonymousWithout)
{
    private const double Megabyte = 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public double Megabytes => Median.Of(With) - Median.Of(Without);

    /// <summary>Without what is backed by files: that is the same assemblies for both, and how much of them is mapped varies with what else the machine reads.</summary>
    public double AnonymousMegabytes => Median.Of(AnonymousWith) - Median.Of(AnonymousWithout);

    public static async Task<ResidentCost> MeasureAsync(int starts, long requests, TimeSpan idle, CancellationToken cancellationToken)
    {
        List<double> with = [], without = [], anonymousWith = [], anonymousWithout = [];
        for (var start = 0; start < starts; start++)
        {
            await AddAsync(with, anonymousWith, await MonitorServer.WithAllAsync(cancellationToken), requests, idle, cancellationToken);
            await AddAsync(without, anonymousWithout, await MonitorServer.WithOnlyAsync("", cancellationToken), requests, idle, cancellationToken);
        }

        return new(with, without, anonymousWith, anonymousWithout);
    }

    private static async Task AddAsync(
        List<double> resident, List<double> anonymous, MonitorServer started, long requests, TimeSpan idle, CancellationToken cancellationToken)
    {
        await using var server = started;
        await server.LoadAsync(Deadline, requests);
        // What of the garbage is still there depends on when the collector last came by, and is more than what is measured.
        await server.CollectAsync(cancellationToken);
        await Task.Delay(idle, cancellationToken);
        resident.Add(ProcFs.ResidentBytes(server.Id) / Megabyte);
        anonymous.Add(ProcFs.AnonymousBytes(server.Id) / Megabyte);
    }
}

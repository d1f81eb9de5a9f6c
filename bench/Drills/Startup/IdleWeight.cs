using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Startup;

/// <summary>What a service is while it has nothing to do.</summary>
/// <param name="Threads">The names of its threads, without those of the pool and the compiler, which come and go.</param>
/// <param name="Megabytes">Its resident memory.</param>
/// <param name="BytesPerSecond">What its median second allocates.</param>
internal sealed record IdleWeight(IReadOnlyList<string> Threads, double Megabytes, double BytesPerSecond)
{
    private const double Megabyte = 1024 * 1024;

    private static readonly string[] OnDemand = [".NET TP", ".NET Tiered", ".NET Sockets"];

    public static async Task<IdleWeight> MeasureAsync(string program, string kind, TimeSpan settle, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var service = await ServiceProcess.StartAsync(program, kind, cancellationToken);
        // Once, for all that the first request of this kind allocates and compiles.
        await service.IdleBytesAsync(seconds: 1, cancellationToken);
        await Task.Delay(settle, cancellationToken);
        var bytes = await service.IdleBytesAsync((int)duration.TotalSeconds, cancellationToken);
        var threads = ProcFs.Threads(service.Id).Select(thread => thread.Name)
            .Where(name => !Array.Exists(OnDemand, one => name.StartsWith(one, StringComparison.Ordinal)));
        return new([.. threads.Order(StringComparer.Ordinal)], ProcFs.ResidentBytes(service.Id) / Megabyte, Median.Of(bytes.Select(static second => (double)second)));
    }
}

using System.Diagnostics;
using System.Net;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.MemoryLimit;

/// <summary>One life of the sample, which is asked each second to hold more memory.</summary>
internal sealed class Leak(string[] settings)
{
    public const int LimitMebibytes = 200;

    private const double Mebi = 1 << 20;
    private const int MebibytesPerSecond = 20;
    private const int HoldSeconds = 60;

    // The sample's start is not part of the leak.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan RecoverWithin = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(20);

    public async Task<LeakRun> RunAsync(CancellationToken cancellationToken)
    {
        await using var cgroup = MemoryCgroup.Create((long)(LimitMebibytes * Mebi));
        await using var sample = await LimitedSample.StartAsync(cgroup, settings, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        var run = new LeakRun(cgroup.WorkingSet / Mebi);
        var clock = Stopwatch.StartNew();
        run = await LeakAsync(run, cgroup, sample, clock, cancellationToken);
        if (run.ShedAfterSeconds is { } shed && sample.IsRunning)
        {
            var recovered = await Until.IsSoAsync(async () => (await sample.LevelAsync(cancellationToken)).Level == "Closed", RecoverWithin, cancellationToken);
            run = run with
            {
                RecoveredAfterSeconds = recovered ? clock.Elapsed.TotalSeconds - shed : null,
                Alive = await sample.StatusAsync("/version", cancellationToken) == HttpStatusCode.OK,
            };
        }

        var status = await sample.EndAsync(terminate: sample.IsRunning, EndWithin, cancellationToken);
        return run with { Status = status, Killed = cgroup.Killed };
    }

    private static async Task<LeakRun> LeakAsync(LeakRun run, MemoryCgroup cgroup, LimitedSample sample, Stopwatch clock, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (clock.Elapsed < Length && sample.IsRunning)
        {
            var status = await sample.StatusAsync($"/drill/alloc?mb={MebibytesPerSecond}&seconds={HoldSeconds}", cancellationToken);
            if (status == HttpStatusCode.ServiceUnavailable && run.ShedAfterSeconds is null)
            {
                var used = cgroup.WorkingSet / Mebi;
                run = run with
                {
                    ShedAfterSeconds = clock.Elapsed.TotalSeconds,
                    ShedAtMebibytes = used,
                    SecondsLeft = (LimitMebibytes - used) / MebibytesPerSecond,
                    Reason = (await sample.LevelAsync(cancellationToken)).Reason,
                };
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return run;
    }
}

using System.Diagnostics;
using System.Net;

namespace CrashShield.Drills.Signals;

/// <summary>SIGUSR1 to the real sample, every thread of whose pool is blocked.</summary>
internal sealed class SignalsDrill : IDrill
{
    private const int Blocked = 200;
    private const int Signals = 20;
    private const int SigUsr1 = 10;
    private const double BoundMs = 50;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public string Name => "signals";

    public string Description => "SIGUSR1 is obeyed within 50 ms while 200 blocked requests starve the thread pool, 20 times on and 20 times off";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        StarvedSample.TellChanges(report);
        await using var sample = await StarvedSample.StartAsync(Blocked, cancellationToken);
        Console.WriteLine($"{Blocked} requests block every thread of the pool");

        var on = new List<double>();
        var off = new List<double>();
        for (var i = 0; i < Signals; i++)
        {
            on.Add(await SendAsync(sample, HttpStatusCode.ServiceUnavailable, cancellationToken));
            off.Add(await SendAsync(sample, HttpStatusCode.OK, cancellationToken));
        }

        Console.WriteLine($"  on after {Median.Of(on):F1} ms (at most {on.Max():F1}), off after {Median.Of(off):F1} ms (at most {off.Max():F1})");
        report.Add("onMs", on);
        report.Add("offMs", off);
        Require(report, "degraded mode begins", on);
        Require(report, "degraded mode ends", off);
        report.Require("the pool is starved to the end", sample.AnsweredBlocked == 0, $"{sample.AnsweredBlocked} of {Blocked} blocked requests were answered");
        return report;
    }

    private static void Require(DrillReport report, string what, List<double> ms) => report.Require(
        $"{what} within {BoundMs} ms of each of {Signals} signals", ms.TrueForAll(took => took <= BoundMs), $"median {Median.Of(ms):F1} ms, at most {ms.Max():F1} ms");

    // As an operator's load balancer sees it: until a probe says so, which is part of the time.
    private static async Task<double> SendAsync(StarvedSample sample, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        var sent = Stopwatch.GetTimestamp();
        sample.Signal(SigUsr1);
        while (await sample.ReadyAsync(cancellationToken) != expected)
        {
            if (Stopwatch.GetElapsedTime(sent) > Deadline)
                break;
        }

        return Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
    }
}

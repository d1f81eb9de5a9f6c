using System.Globalization;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Restart;

/// <summary>SIGKILL to the worker under load, with a spare and without: who is refused, what is lost, and when it accepts again.</summary>
internal sealed class KillDrill : IDrill
{
    private const int Connections = 16;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    public string Name => "kill";

    public string Description => "kill -9 of the worker under load, with a hot spare and without: refused connections, lost requests, time to accept again";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        using var init = await Published.PublishAsync(cancellationToken);
        var kills = options.IsShort ? 3 : 50;
        InitSample.TellChanges(report);
        report.Change("crashshield-init --restarts", RestartsFor(kills), "the drill kills more often than the default restart intensity allows");
        report.Change("crashshield-init --spare", "on", "only in the first of both parts");
        await RunAsync(report, init, "with a spare", ["--spare"], kills, TimeSpan.FromMilliseconds(50), cancellationToken);
        await RunAsync(report, init, "without", [], kills, TimeSpan.FromSeconds(2), cancellationToken);
        return report;
    }

    private static async Task RunAsync(DrillReport report, Published init, string name, string[] initOptions, int kills, TimeSpan bar, CancellationToken cancellationToken)
    {
        await using var sample = await InitSample.StartAsync(init, [.. initOptions, "--restarts", RestartsFor(kills)], cancellationToken);
        var load = new RestartLoad(name, RestartEndpoint.Http, Connections, "--think", "0.02");
        var running = load.RunAsync(sample.Url(load.Endpoint), (kills + 1) * Between.TotalSeconds, cancellationToken);
        var times = new List<double>();
        using var pace = new PeriodicTimer(Between);
        for (var i = 0; i < kills; i++)
        {
            await pace.WaitForNextTickAsync(cancellationToken);
            var worker = await sample.VersionAsync(version => version is not null, cancellationToken);
            var killed = TimeProvider.System.GetTimestamp();
            ChildProgram.Signal(worker.Pid, UnixSignal.Kill);
            await sample.NextVersionAsync(version => version is not null && version.Pid != worker.Pid, cancellationToken);
            times.Add(TimeProvider.System.GetElapsedTime(killed).TotalMilliseconds);
        }

        var result = await running;
        var median = Median.Of(times);
        var lost = result.ReusedDied + result.Reset + result.Truncated;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: {kills} kills, answers again after {median:F0} ms (slowest {times.Max():F0} ms), {result.Refused} refused, {result.Shed} shed, {lost} of {result.Total} lost"));
        report.Require($"{name}: no connection refused", result.Refused == 0 && result.WrongStatus == 0, $"{result.Refused} refused, {result.WrongStatus} other statuses");
        report.RequireNoneShed(name, result.Shed, result.Total);
        // Each client has one request at most in flight, and one connection that it takes for open.
        report.Require($"{name}: at most what was in flight is lost", lost <= kills * Connections, $"{lost}, {kills} kills of {Connections} clients");
        report.Require($"{name}: accepts again at a median of {bar.TotalMilliseconds:F0} ms", median <= bar.TotalMilliseconds, $"{median:F0} ms");
        report.Add(name, new { kills, medianMs = median, slowestMs = times.Max(), result });
    }

    private static string RestartsFor(int kills) => $"{kills * 2}/60s";
}

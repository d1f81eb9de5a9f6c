using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Restart;

/// <summary>New builds that do not come up, under load: nobody is to notice, and one line is to say why.</summary>
internal sealed class BadBuildDrill : IDrill
{
    private const int Connections = 16;
    private const double MaxReopenMs = 20;
    private const string Good = "{}";

    private static readonly BadBuild[] Builds =
    [
        new("crashes", """{ "StartDrill": "crash" }""", "ended by SIGABRT before ready"),
        new("hangs", """{ "StartDrill": "hang" }""", "not ready within 10s"),
        new("unhealthy", """{ "StartDrill": "unhealthy" }""", "not healthy"),
        new("wrong version", """{ "CrashShield": { "Handoff": { "Version": "2.0" } } }""", "version 2.0"),
        new("wrong setting", """{ "CrashShield": { "Handoff": { "WarmUps": -1 } } }""", "ended by SIGABRT before ready"),
    ];

    public string Name => "bad-build";

    public string Description => "50 hot restarts into builds that crash, hang, do not fit or are not healthy, and crashes during the probation";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        InitSample.TellChanges(report);
        report.Change("crashshield-init --ready-timeout", "10s", "a build that hangs is given up after it, ten times");
        report.Change("crashshield-init --restarts", "1000/60s", "the drill kills new builds more often than the default restart intensity allows");
        using var init = await Published.PublishAsync(cancellationToken);
        var (builds, crashes) = options.IsShort ? (Builds.Length, 2) : (50, 20);
        await using var sample = await InitSample.StartAsync(init, ["--ready-timeout", "10s", "--restarts", "1000/60s"], cancellationToken);
        sample.Configure(Good);
        var load = new RestartLoad("load", RestartEndpoint.Http, Connections, "--think", "0.02");
        var first = await sample.VersionAsync(version => version is not null, cancellationToken);
        using var enough = new CancellationTokenSource();
        var running = load.RunUntilAsync(sample.Url(load.Endpoint), enough.Token, cancellationToken);

        var said = 0;
        for (var i = 0; i < builds; i++)
        {
            var build = Builds[i % Builds.Length];
            sample.Configure(build.Settings);
            var (exit, lines) = await sample.CommandAsync("restart", cancellationToken);
            var line = lines is [.., var last] ? last : "";
            var isSaid = exit != 0 && line.Contains(build.Says, StringComparison.Ordinal);
            said += isSaid ? 1 : 0;
            if (i < Builds.Length || !isSaid)
                Console.WriteLine($"{build.Name}: exit {exit}, {line}");
        }

        var still = await sample.VersionAsync(version => version is not null, cancellationToken);
        await enough.CancelAsync();
        var result = await running;

        sample.Configure(Good);
        var reopened = new List<(double Died, double Answered)>();
        for (var i = 0; i < crashes; i++)
            reopened.Add(await CrashInProbationAsync(sample, cancellationToken));

        var slowest = reopened.Max(crash => crash.Answered - crash.Died);
        var rollbacks = await sample.Log.RollbacksAsync(crashes, cancellationToken);
        var slowestRollback = rollbacks.DefaultIfEmpty(double.NaN).Max();
        Console.WriteLine(
            $"{crashes} crashes in the probation: the killed one is dead after {Median.Of(reopened.Select(crash => crash.Died)):F1} ms; the old one answers {
                Median.Of(reopened.Select(crash => crash.Answered - crash.Died)):F1} ms after that, slowest {slowest:F1} ms; as the init has it, it accepts after {
                Median.Of(rollbacks.DefaultIfEmpty(double.NaN)):F1} ms, slowest {slowestRollback:F1} ms");
        report.Require($"{builds} bad builds: the old worker is the same", first == still, $"{first} and {still}");
        report.Require($"{builds} bad builds: each is said in one line", said == builds, $"{said}");
        report.Require($"{builds} bad builds: no request failed", result.IsAllOk, $"{result.Total - result.Ok} of {result.Total}");
        report.Require($"crash in the probation: the old worker answers within {MaxReopenMs} ms of the death", slowest <= MaxReopenMs, $"{slowest:F1} ms");
        report.Require(
            $"crash in the probation: its gate is open {MaxReopenMs} ms after the init knows, each of {crashes}",
            rollbacks.Length == crashes && slowestRollback <= MaxReopenMs, $"{rollbacks.Length} told, {slowestRollback:F1} ms");
        report.Add("load", result);
        report.Add("reopenedMs", reopened.Select(crash => new { crash.Died, crash.Answered }));
        report.Add("rollbacksMs", rollbacks);
        return report;
    }

    // From the kill until a new connection is answered by the old worker, and of that how long the kernel takes until the killed process is dead, of which nobody hears before.
    private static async Task<(double Died, double Answered)> CrashInProbationAsync(InitSample sample, CancellationToken cancellationToken)
    {
        var old = await sample.VersionAsync(version => version is not null, cancellationToken);
        var restart = sample.CommandAsync("restart", cancellationToken);
        var next = await sample.VersionAsync(version => version is not null && version.Pid != old.Pid, cancellationToken);
        var killed = TimeProvider.System.GetTimestamp();
        ChildProgram.Signal(next.Pid, UnixSignal.Kill);
        var died = Task.Run(() => DeadAfter(next.Pid, killed), cancellationToken);
        await sample.NextVersionAsync(version => version?.Pid == old.Pid, cancellationToken);
        var answered = TimeProvider.System.GetElapsedTime(killed).TotalMilliseconds;
        await restart;
        return (await died, answered);
    }

    private static double DeadAfter(int processId, long killed)
    {
        while (ProcFs.IsAlive(processId))
            Thread.Sleep(TimeSpan.FromMilliseconds(0.2));
        return TimeProvider.System.GetElapsedTime(killed).TotalMilliseconds;
    }
}

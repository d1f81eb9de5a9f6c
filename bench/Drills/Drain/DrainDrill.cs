using CrashShield.Load;

namespace CrashShield.Drills.Drain;

/// <summary>One of two instances is replaced, again and again, by SIGTERM under load; the proxy in front hears of it late.</summary>
internal sealed class DrainDrill : IDrill
{
    private const int Rounds = 20;
    private const int ShortRounds = 2;
    private const string Delay = "CrashShield:Drain:Delay";
    private const string LameDuck = "CrashShield:Drain:LameDuck";
    private const string None = "00:00:00";
    private const string Control = "only in the control, which shows what happens without a drain";

    public string Name => "drain";

    public string Description => "SIGTERM under load behind a proxy that removes the endpoint 3 s late: no failed request in 20 runs";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        report.Change(Delay, None, Control);
        report.Change(LameDuck, None, Control);
        var control = await RunAsync("with no drain", 1, [$"--{Delay}", None, $"--{LameDuck}", None], cancellationToken);
        var runs = options.IsShort ? ShortRounds : Rounds;
        var drained = await RunAsync("with the defaults", runs, [], cancellationToken);

        report.Add("control", control);
        report.Add("drained", drained);
        report.Require($"no request fails in {runs} replacements", drained.Load.IsAllOk, $"{Failed(drained.Load)} of {drained.Load.Total} failed");
        report.RequireNoneShed($"{runs} replacements", drained.Load.Shed, drained.Load.Total);
        report.Require("each instance ends with status 0", drained.Statuses.All(status => status == 0), string.Join(' ', drained.Statuses));
        report.Require("with no drain some fail, or the drill would see nothing", Failed(control.Load) > 0, $"{Failed(control.Load)} of {control.Load.Total} failed");
        return report;
    }

    private static async Task<DrainRun> RunAsync(string how, int rounds, string[] settings, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{rounds} replacements {how}");
        var run = await new Replacement(settings).RunAsync(rounds, cancellationToken);
        Console.WriteLine($"  {run.Load.Ok} requests served; {run.Load.Refused} refused, {run.Load.Reset} reset, {run.Load.ReusedDied} on a connection that had died, {run.Load.Shed} shed, {run.Load.WrongStatus} other statuses; stopped after {run.StopSeconds.Max():F1} s at most");
        return run;
    }

    private static long Failed(LoadResult load) => load.Total - load.Ok;
}

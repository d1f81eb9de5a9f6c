using System.Globalization;
using CrashShield.Drills.Chaos;
using CrashShield.Drills.Drain;
using CrashShield.Drills.Errors;
using CrashShield.Drills.Leaks;
using CrashShield.Drills.MemoryLimit;
using CrashShield.Drills.Monitors;
using CrashShield.Drills.Ordinary;
using CrashShield.Drills.Overload;
using CrashShield.Drills.PidOne;
using CrashShield.Drills.Restart;
using CrashShield.Drills.Services;
using CrashShield.Drills.Signals;
using CrashShield.Drills.Soak;
using CrashShield.Drills.Startup;

namespace CrashShield.Drills;

/// <summary>Which drill to run, and how.</summary>
/// <param name="Drill">The drill.</param>
/// <param name="IsShort">Whether it has to be done within a minute.</param>
/// <param name="Tracing">Whether spans are on, on all sides (<c>errors</c>).</param>
/// <param name="Seed">What its random choices come from.</param>
/// <param name="IsSeeded">Whether that was given: a run that failed is to be run again.</param>
/// <param name="Only">The parts to run, by their names; none named: all (<c>ordinary</c>, <c>services</c>).</param>
internal sealed record DrillOptions(IDrill Drill, bool IsShort, bool Tracing, int Seed, bool IsSeeded, IReadOnlyList<string> Only)
{
    public static IReadOnlyList<IDrill> Drills { get; } =
    [
        new ErrorsDrill(), new OverloadDrill(), new OrdinaryDrill(), new SoakDrill(), new MemoryLimitDrill(), new LeaksDrill(), new MonitorsDrill(),
        new SignalsDrill(), new DrainDrill(), new RestartDrill(), new DownloadsDrill(), new BadBuildDrill(), new KillDrill(),
        new PidOneDrill(), new StartupDrill(), new ServicesDrill(), new ChaosDrill(),
    ];

    /// <summary>The options, or <see langword="null"/> when the arguments are none.</summary>
    public static DrillOptions? Parse(string[] args)
    {
        if (args is not [var name, .. var rest] || Drills.FirstOrDefault(drill => drill.Name == name) is not { } found)
            return null;

        var options = new DrillOptions(found, IsShort: false, Tracing: false, Environment.TickCount, IsSeeded: false, Only: []);
        while (rest is not [])
        {
            switch (rest)
            {
                case ["--short", .. var more]:
                    (options, rest) = (options with { IsShort = true }, more);
                    break;
                case ["--tracing", .. var more]:
                    (options, rest) = (options with { Tracing = true }, more);
                    break;
                case ["--seed", var text, .. var more] when int.TryParse(text, CultureInfo.InvariantCulture, out var seed):
                    (options, rest) = (options with { Seed = seed, IsSeeded = true }, more);
                    break;
                case ["--only", var names, .. var more]:
                    (options, rest) = (options with { Only = names.Split(',') }, more);
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}

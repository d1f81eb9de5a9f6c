using System.Globalization;

namespace CrashShield.Drills.Ordinary;

/// <summary>What this machine can do, in the same server that the kinds run against.</summary>
/// <param name="IterationsPerMs">The iterations of work that take a millisecond of processor time.</param>
/// <param name="Capacity">Requests a second of <see cref="WorkMs"/> that the server does on a processor of its own.</param>
internal sealed record Machine(double IterationsPerMs, double Capacity)
{
    public const double WorkMs = 5;
    private const int Probe = 10;
    private const int Clients = 4;
    private const double CapacitySeconds = 2;
    private const double QuietShare = 0.75;

    // What two measurements of it differ by when nothing has changed.
    private const double Noise = 0.05;

    /// <summary>Whether the server had its processor to itself: otherwise the shares of the capacity are shares of little, and other work decides what fits.</summary>
    public bool IsQuiet => Capacity >= QuietShare * 1_000 / WorkMs;

    // Both change with the machine's speed: the one is measured in the other.
    private double Speed => Capacity * IterationsPerMs;

    /// <summary>Whether the machine was as fast in another measurement.</summary>
    public bool IsLike(Machine other) => Math.Abs(other.Speed - Speed) <= Noise * Speed;

    /// <summary>A path that takes so much processor time: a number of iterations, as a busy machine is to make it take longer and not do less.</summary>
    public string Work(double ms) => $"/work?iterations={Iterations(ms)}";

    /// <summary>The same in parts, with an await between them.</summary>
    public string WorkAsync(double ms) => $"/work-async?iterations={Iterations(ms)}";

    /// <summary>Of two requests one computes, the other blocks.</summary>
    public string Mixed(double ms, int blockMs) => $"/mixed?ms={blockMs}&iterations={Iterations(ms)}";

    public static async Task<Machine> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var server = await OrdinaryServer.StartAsync(KindRun.Nothing, Layout.Apart, [], cancellationToken);
        var iterations = int.Parse(await server.GetAsync($"/iterations?ms={Probe}", cancellationToken), CultureInfo.InvariantCulture);
        var machine = new Machine((double)iterations / Probe, 0);
        var load = OrdinaryLoad.Closed(machine.Work(WorkMs), Clients);
        await load.RunAsync(server.Address, seconds: 1, Layout.Apart.LoadCore, cancellationToken);
        return machine with { Capacity = (await load.RunAsync(server.Address, CapacitySeconds, Layout.Apart.LoadCore, cancellationToken)).PerSecond };
    }

    private int Iterations(double ms) => (int)(IterationsPerMs * ms);
}

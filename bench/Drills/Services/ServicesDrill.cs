using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Services;

/// <summary>Services as they are written, each with what happens to such a service: as processes of their own on real sockets, in real time.</summary>
internal sealed class ServicesDrill : IDrill
{
    private static readonly IServicePart[] Parts =
    [
        new BrokerOutages(), new PoisonMessage(), new BugAtStart(), new PricesPart(), new OrdersPart(), new LivePart(), new CallsPart(), new RestartedWorker(),
    ];

    public string Name => "services";

    public string Description => "a queue consumer, EF Core on SQLite, SignalR and server-sent events, a failing dependency, gRPC: outages, poison, kills and hot restarts";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        if (options.Only.Except(Parts.Select(part => part.Name)).ToArray() is [_, ..] unknown)
            throw new InvalidOperationException($"No such part: {string.Join(", ", unknown)}. There are {string.Join(", ", Parts.Select(part => part.Name))}.");

        var report = new DrillReport(options);
        var parts = Parts.ToLookup(part => part.WaitsMostly, part => part);
        report.Change("crashshield-init --probation", RunningService.Probation, "the old worker has to be gone before the next restart");
        // To publish it takes longer than all the rest of the short form.
        using var published = options.IsShort ? null : await Published.PublishInitAsync(cancellationToken);
        var run = new PartRun(report, options.IsShort, published is null ? ["dotnet", BuildPaths.Init] : [published.Init]);

        var waiting = Task.WhenAll(parts[true].Where(IsChosen).Select(part => part.RunAsync(run, cancellationToken)));
        foreach (var part in parts[false].Where(IsChosen))
            await part.RunAsync(run, cancellationToken);
        await waiting;
        return report;

        bool IsChosen(IServicePart part) => options.Only is [] || options.Only.Contains(part.Name);
    }
}

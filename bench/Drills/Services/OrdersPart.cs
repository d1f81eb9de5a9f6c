using System.Net.Http.Json;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Services;

/// <summary>An API on Entity Framework Core and SQLite: hot restarts while clients write and read, and a kill in the middle.</summary>
internal sealed class OrdersPart : IServicePart
{
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(1);

    public string Name => "orders";

    public bool WaitsMostly => false;

    public async Task RunAsync(PartRun run, CancellationToken cancellationToken)
    {
        var (report, before, after) = (run.Report, run.IsShort ? 1 : 3, run.IsShort ? 0 : 3);
        var address = ServiceAddress.Take();
        await using var service = await RunningService.StartSampleUnderAsync(run.Init, "orders", address, [], cancellationToken);
        var phases = new List<OrderClients>();
        phases.Add(await RunAsync(address, "before", () => RestartAsync(service, before, cancellationToken), cancellationToken));
        phases.Add(await RunAsync(address, "kill", () => KillAsync(service, cancellationToken), cancellationToken));
        if (after > 0)
            phases.Add(await RunAsync(address, "after", () => RestartAsync(service, after, cancellationToken), cancellationToken));

        using var client = new HttpClient { BaseAddress = address.Http };
        var written = await client.GetFromJsonAsync<string[]>("/orders", cancellationToken) ?? [];
        string[] acknowledged = [.. phases.SelectMany(phase => phase.Acknowledged)];
        var counts = written.CountBy(key => key).ToDictionary();
        var (lost, twice) = (acknowledged.Count(key => !counts.ContainsKey(key)), counts.Count(count => count.Value > 1));
        var unacknowledged = written.Length - acknowledged.Length;
        OrderClients[] around = [phases[0], .. phases[2..]];
        var (killed, restarted, served) = (phases[1].Failures, around.SelectMany(phase => phase.Failures).ToArray(), around.Sum(phase => phase.Served));
        Console.WriteLine(
            $"orders: {acknowledged.Length} writes acknowledged, {lost} lost, {twice} twice, {unacknowledged} written and not acknowledged; {killed.Count} requests failed at the kill, {restarted.Length} of {served + restarted.Length} over {before + after} hot restarts");
        foreach (var failure in restarted.Take(5))
            Console.WriteLine($"  {failure}");
        report.Require("EF Core on SQLite: each acknowledged write is in the database once", acknowledged.Length > 0 && lost == 0 && twice == 0, $"{acknowledged.Length} acknowledged, {lost} lost, {twice} twice");
        report.Require($"EF Core on SQLite: no request fails over {before + after} hot restarts", restarted is [], $"{restarted.Length} of {served + restarted.Length}");
        report.Require("EF Core on SQLite: a kill costs each client the request in flight at most", killed.Count <= 2 * OrderClients.Each, $"{killed.Count} of {2 * OrderClients.Each} clients");
        report.Require("EF Core on SQLite: the circuit stays closed", !service.Log.HasTrouble, service.Log.Trouble);
        report.Add("orders", new { acknowledged = acknowledged.Length, lost, twice, unacknowledged, failedAtTheKill = killed, failedOverRestarts = restarted });
    }

    private static async Task<OrderClients> RunAsync(ServiceAddress address, string keys, Func<Task> happens, CancellationToken cancellationToken)
    {
        var clients = new OrderClients(address.Http);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = clients.RunAsync(keys, over.Token);
        await Task.Delay(Around, cancellationToken);
        await happens();
        await Task.Delay(Around, cancellationToken);
        await over.CancelAsync();
        await running;
        return clients;
    }

    private static async Task RestartAsync(RunningService service, int restarts, CancellationToken cancellationToken)
    {
        for (var i = 0; i < restarts; i++)
            await service.RestartAsync(cancellationToken);
    }

    private static async Task KillAsync(RunningService service, CancellationToken cancellationToken)
    {
        var worker = await service.NextWorkerAsync(before: null, cancellationToken);
        ChildProgram.Signal(worker, UnixSignal.Kill);
        await service.NextWorkerAsync(worker, cancellationToken);
    }
}

using System.Net.Sockets;
using CrashShield.Drills.Processes;
using CrashShield.Drills.Services;
using CrashShield.Load;

namespace CrashShield.Drills.Chaos;

/// <summary>One seed: the same seed does the same in the same order, at the same times from the start on.</summary>
internal sealed class ChaosRun(Published program, int seed, TimeSpan duration)
{
    private const int Keeping = 12;
    private const int New = 4;

    public async Task<ChaosResult> RunAsync(CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        await using var folder = await ChaosFolder.CreateAsync(cancellationToken);
        File.Copy(Path.Combine(Path.GetDirectoryName(program.WebApi)!, "appsettings.json"), folder.PathOf("appsettings.json"));
        await using var service = new ChaosService(program, folder);
        service.Configure(hasExtra: false);
        service.Start();
        if (!await service.IsAtRestAsync(cancellationToken))
            throw new InvalidOperationException("The service does not come up.");

        var before = Descriptors(service.InitId);
        var tally = new ChaosTally(TimeProvider.System);
        var actions = new ChaosActions(service, folder, tally, random);
        var target = Target.Parse(service.Url.ToString());
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A client has a source of its own: what it draws depends on how fast it is answered.
        var clients = Enumerable.Range(0, Keeping + New)
            .Select(client => Task.Run(() => new ChaosClient(target, tally, new Random(seed + client), keeps: client < Keeping).RunAsync(enough.Token), cancellationToken)).ToArray();
        while (tally.Now < duration)
        {
            await Task.Delay(random.Next(200, 2_500), cancellationToken);
            await actions.NextAsync(cancellationToken);
        }

        await actions.SettleAsync();
        var faults = await CheckAsync(service, before, cancellationToken);
        await enough.CancelAsync();
        await Task.WhenAll(clients);
        faults.AddRange(await EndAsync(service, actions, cancellationToken));
        return tally.ToResult(actions.Counts, [.. actions.Faults, .. faults]);
    }

    // After all that, it is as at its start.
    private static async Task<List<string>> CheckAsync(ChaosService service, int before, CancellationToken cancellationToken)
    {
        if (!await service.IsAtRestAsync(cancellationToken))
            return [$"it does not come to rest: {(await service.StatusAsync(cancellationToken))?.ToJsonString() ?? "no answer"}"];

        List<string> faults = [];
        try
        {
            await InitControl.AskAsync(service.Control, "restart", cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            faults.Add($"the last hot restart: {e.Message}");
        }

        if (!await service.IsAtRestAsync(cancellationToken))
            faults.Add("it does not come to rest after the last hot restart");
        if (Descriptors(service.InitId) is var after && after > before)
            faults.Add($"the init has {after} descriptors, {before} before");
        if (await IsAcceptingAsync(service.ExtraPort, cancellationToken))
            faults.Add("an endpoint that the settings have no more accepts");
        return faults;
    }

    private static async Task<IEnumerable<string>> EndAsync(ChaosService service, ChaosActions actions, CancellationToken cancellationToken)
    {
        var init = service.InitId;
        ChildProgram.Signal(init, UnixSignal.Term);
        if (await service.EndAsync(cancellationToken) is not 0 and var exit)
            return [$"the init has ended with {exit?.ToString() ?? "nothing in time"}"];
        actions.CheckLeftovers("at the end");
        return [];
    }

    private static int Descriptors(int processId) => Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length;

    private static async Task<bool> IsAcceptingAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

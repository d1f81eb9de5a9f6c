using System.Globalization;

namespace CrashShield.Drills.Services;

/// <summary>SignalR and server-sent events: clients that stay connected, over hot restarts.</summary>
internal sealed class LivePart : IServicePart
{
    // In a restart a client is told to come back, once; where it meets the old process, it is refused and asks again.
    private const int PerRestart = 2;

    private static readonly TimeSpan Around = TimeSpan.FromSeconds(1);

    public string Name => "live";

    public bool WaitsMostly => false;

    public async Task RunAsync(PartRun run, CancellationToken cancellationToken)
    {
        var (each, restarts) = run.IsShort ? (20, 1) : (50, 5);
        var address = ServiceAddress.Take();
        await using var service = await RunningService.StartSampleUnderAsync(run.Init, "live", address, [], cancellationToken);
        using var client = new HttpClient { BaseAddress = address.Http, Timeout = Timeout.InfiniteTimeSpan };
        PingClient[] pings = [.. Enumerable.Range(0, each).Select(_ => new PingClient(address.Http))];
        FeedClient[] feeds = [.. Enumerable.Range(0, each).Select(_ => new FeedClient(client))];
        try
        {
            foreach (var ping in pings)
                await ping.ConnectAsync(cancellationToken);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = Task.WhenAll(pings.Select(ping => ping.RunAsync(over.Token)).Concat(feeds.Select(feed => feed.RunAsync(over.Token))));
            for (var i = 0; i < restarts; i++)
            {
                await Task.Delay(Around, cancellationToken);
                await service.RestartAsync(cancellationToken);
            }

            await Task.Delay(Around, cancellationToken);
            await over.CancelAsync();
            await running;
            Require(run.Report, restarts, pings, feeds, service.Log);
        }
        finally
        {
            foreach (var ping in pings)
                await ping.DisposeAsync();
        }
    }

    private static void Require(DrillReport report, int restarts, PingClient[] pings, FeedClient[] feeds, ServiceLog log)
    {
        var (answered, failed, slowest) = (pings.Sum(ping => ping.Answered), pings.Sum(ping => ping.Failed), pings.Max(ping => ping.SlowestMs));
        var (events, outOfOrder, cut) = (feeds.Sum(feed => feed.Events), feeds.Sum(feed => feed.OutOfOrder), feeds.Sum(feed => feed.Cut));
        var ofHub = $"{pings.Min(ping => ping.Reconnections)} to {pings.Max(ping => ping.Reconnections)} a client";
        var ofFeed = $"{feeds.Min(feed => feed.Reconnections)} to {feeds.Max(feed => feed.Reconnections)} a client, {feeds.Sum(feed => feed.Refused)} refused in all";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"live: {restarts} hot restarts, {answered} pings answered, {failed} failed, {pings.Sum(ping => ping.Repeated)} repeated, the slowest took {slowest:F0} ms, reconnections {ofHub}; {events} events, {outOfOrder} out of order, {cut} streams cut, reconnections {ofFeed}"));
        report.Require($"SignalR, {restarts} hot restarts: no ping fails", answered > 0 && failed == 0, $"{failed} of {answered + failed}");
        report.Require($"server-sent events, {restarts} hot restarts: each client sees each number once", feeds.All(feed => feed.Events > 0) && outOfOrder == 0, $"{events} events, {outOfOrder} out of order");
        report.Require($"server-sent events, {restarts} hot restarts: no stream is cut", cut == 0, $"{cut}");
        report.Require($"SignalR: each client comes back once a restart", pings.All(ping => ping.Reconnections == restarts), ofHub);
        report.Require($"server-sent events: at most {PerRestart} requests a restart and client", feeds.All(feed => feed.Reconnections <= PerRestart * restarts), ofFeed);
        report.Require("live: the circuit stays closed", !log.HasTrouble, log.Trouble);
        report.Add("live", new { clients = pings.Length + feeds.Length, restarts, answered, failed, repeated = pings.Sum(ping => ping.Repeated), slowestMs = slowest, events, outOfOrder, cut });
    }
}

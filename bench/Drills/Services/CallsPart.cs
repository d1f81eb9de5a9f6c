using CrashShield.Drills.Processes;
using Grpc.Core;
using Services.Calls;

namespace CrashShield.Drills.Services;

/// <summary>gRPC: each of many calls has its status and is counted, and none fails over hot restarts.</summary>
internal sealed class CallsPart : IServicePart
{
    private const int Callers = 16;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(1);

    public string Name => "calls";

    public bool WaitsMostly => false;

    public async Task RunAsync(PartRun run, CancellationToken cancellationToken)
    {
        var (calls, restarts) = run.IsShort ? (600, 1) : (3_000, 5);
        var address = ServiceAddress.Take();
        await using var service = await RunningService.StartSampleUnderAsync(run.Init, "calls", address, [], cancellationToken);
        var counted = await CountAsync(run.Report, address, service, calls, cancellationToken);
        await RestartAsync(run.Report, address, service, restarts, cancellationToken);
        await CompareAsync(run.Report, calls, counted, cancellationToken);
    }

    private static async Task<CallTally> CountAsync(DrillReport report, ServiceAddress address, RunningService service, int calls, CancellationToken cancellationToken)
    {
        var tally = await CallTally.OfAsync(address.Http2, calls, cancellationToken);
        using var client = new HttpClient { BaseAddress = address.Http };
        var metrics = new Metrics(await client.GetStringAsync("/metrics", cancellationToken));
        var expected = CallClient.Methods.SelectMany(method => Enum.GetValues<Outcome>().Where(outcome => outcome != Outcome.Well).Select(outcome => (
            Series: new Series(TypeOf(outcome), RouteOf(method), Series.Handled), Count: (long)tally.Asked(method, outcome)))).ToDictionary(entry => entry.Series, entry => entry.Count);
        var counted = metrics.Exceptions();
        var failed = expected.Values.Sum();
        // The log may be behind.
        await Until.IsSoAsync(() => Task.FromResult(service.Log.Count("RequestFailed") >= failed), Deadline, cancellationToken);
        var isExact = counted.Count == expected.Count && expected.All(entry => counted.GetValueOrDefault(entry.Key) == entry.Value);
        Console.WriteLine($"calls: {tally}; {counted.Values.Sum()} of {failed} failures counted in {counted.Count} of {expected.Count} series, {service.Log.Count("RequestFailed")} logged");
        report.Require($"gRPC, {calls} calls: each has the status of its mapping", tally.Total == calls && tally.Others(Mapped) == 0, $"{tally.Others(Mapped)} of {tally.Total} have another");
        report.Require("gRPC: each failure is counted once, by type and method", isExact, $"{counted.Values.Sum()} of {failed}, {counted.Count} of {expected.Count} series");
        report.Require("gRPC: each failure is logged once", service.Log.Count("RequestFailed") == failed, $"{service.Log.Count("RequestFailed")} of {failed}");
        var requests = CallClient.Methods.Sum(method => metrics.Sum("http_server_request_duration_seconds_count", "http_route", RouteOf(method)));
        report.Require("gRPC: each call is counted once", requests == calls, $"{requests} of {calls}");
        return tally;
    }

    // Grpc.AspNetCore gives whatever is no RpcException the status Unknown.
    private static async Task CompareAsync(DrillReport report, int calls, CallTally with, CancellationToken cancellationToken)
    {
        var address = ServiceAddress.Take();
        await using var service = await RunningService.StartSampleAsync("calls", address, ["--Shield", "false"], cancellationToken);
        var without = await CallTally.OfAsync(address.Http2, calls, cancellationToken);
        Console.WriteLine($"calls: without the product {without}");
        report.Add("calls", new { with = with.ToString(), without = without.ToString() });
    }

    private static async Task RestartAsync(DrillReport report, ServiceAddress address, RunningService service, int restarts, CancellationToken cancellationToken)
    {
        var tally = new CallTally();
        using var client = new CallClient(address.Http2);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var calling = Task.WhenAll(Enumerable.Range(0, Callers).Select(number => CallAsync(client, CallClient.Methods[number % CallClient.Methods.Length], tally, over.Token)));
        for (var i = 0; i < restarts; i++)
        {
            await Task.Delay(Around, cancellationToken);
            await service.RestartAsync(cancellationToken);
        }

        await Task.Delay(Around, cancellationToken);
        await over.CancelAsync();
        await calling;
        Console.WriteLine($"calls: {restarts} hot restarts, {tally}");
        report.Require($"gRPC, {restarts} hot restarts: no call fails", tally.Total > 0 && tally.Others(Mapped) == 0, $"{tally.Others(Mapped)} of {tally.Total}: {tally}");
        report.Require("gRPC: the circuit stays closed", !service.Log.HasTrouble, service.Log.Trouble);
    }

    private static async Task CallAsync(CallClient client, string method, CallTally tally, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            tally.Add(method, Outcome.Well, await client.CallAsync(method, Outcome.Well));
            await Task.Delay(Think, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string RouteOf(string method) => $"/services.Calls/{method}";

    private static StatusCode Mapped(Outcome outcome) => outcome switch
    {
        Outcome.Well => StatusCode.OK,
        Outcome.NotFound => StatusCode.NotFound,
        Outcome.Busy => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };

    private static string TypeOf(Outcome outcome) => outcome switch
    {
        Outcome.NotFound => typeof(RpcException).FullName!,
        Outcome.Busy => typeof(TimeoutException).FullName!,
        _ => typeof(InvalidOperationException).FullName!,
    };
}

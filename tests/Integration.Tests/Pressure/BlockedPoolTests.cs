using System.Net;
using System.Text.Json;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Pressure;

/// <summary>Requests that block their threads, while a processor is left: the pool gets threads, and nobody is refused.</summary>
[Collection("load from the test process")]
public class BlockedPoolTests
{
    private const int Clients = 24;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task BlockedPoolGetsThreadsSaysSoAndRefusesNobody()
    {
        await using var sample = await SampleProcess.StartAsync();
        // Of two threads, and one or two more a second, this would take a quarter of a minute.
        await sample.LoadAsync(Clients, requests: 60, "/drill/block?ms=50");

        Assert.InRange(await sample.MetricAsync("crashshield_pool_added_threads"), 4, 500);
        Assert.Equal(0, await sample.MetricAsync("crashshield_requests_shed_total"));
        Assert.Equal("Closed", await sample.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task CodeThatBlocksIsNamedInTheLogAndInTheHealthReport()
    {
        // Code is for those who are told reasons.
        await using var sample = await SampleProcess.StartAsync(environment: null, "--environment", "Development");
        using var stop = new CancellationTokenSource();
        var load = sample.LoadAsync(Clients, requests: int.MaxValue, "/drill/block?ms=50", stop.Token);

        await sample.Process.WaitForEventAsync("PoolBlocked", Deadline);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "Accept", "application/json" } } };
        using var answer = await sample.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var processor = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("processor");
        Assert.Equal("WebApi.Drills.DrillEndpoints.Block", processor.GetProperty("blocking")[0].GetProperty("code").GetString());

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load);
    }

    [Fact]
    public async Task ThreadsAreTakenBackWhenTheyHaveNothingToDo()
    {
        await using var sample = await SampleProcess.StartAsync();
        await sample.LoadAsync(Clients, requests: 20, "/drill/block?ms=50");

        // The runtime ends a thread that has had nothing to do for 20 s.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (await sample.MetricAsync("crashshield_pool_added_threads") > 4)
            await Task.Delay(TimeSpan.FromMilliseconds(500), patience.Token);
    }

    [Fact]
    public async Task PoolThatMoreThreadsNeverHelpStopsGrowingAtItsBoundAndFails()
    {
        const int Most = 20;
        await using var sample = await StarvedSample.StartUnboundedAsync(
            requests: 200, "--CrashShield:ThreadPool:MaxAddedThreads", $"{Most}", "--CrashShield:ThreadPool:DeadlockAfter", "00:00:03");

        await Poll.UntilAsync(async () => await sample.LiveAsync() == (HttpStatusCode.ServiceUnavailable, "Failed"), "liveness falls");
        Assert.InRange(await sample.MetricAsync("crashshield_pool_added_threads"), 0, Most);
    }
}

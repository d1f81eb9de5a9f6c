using System.Net;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Pressure;

/// <summary>The real sample leaks: it is named, and when it is too much, new sessions are refused until it is over.</summary>
public class LeakTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("/drill/leak?count=50", """crashshield_tasks_abandoned_total{method="drill-leak"}""", "TasksAbandoned", "drill-leak", "Abandon (LeakDrills.cs:")]
    [InlineData("/drill/channel-leak?count=50", """crashshield_tasks_stuck_total{method="drill-channel"}""", "ReadersOrphaned", "drill-channel", "WaitForNobody (LeakDrills.cs:")]
    [InlineData(
        "/drill/leak-methods?count=50", """crashshield_tasks_abandoned_total{method="WebApi.Drills.LeakDrills.WaitForNothingAsync"}""", "MethodsAbandoned",
        "WebApi.Drills.LeakDrills.WaitForNothingAsync", "")]
    public async Task LeakIsCountedAndNamedWithItsPlace(string path, string series, string eventName, string name, string site)
    {
        await using var sample = await SampleProcess.StartAsync();

        await sample.Client.GetStringAsync(path, TestContext.Current.CancellationToken);

        await sample.WaitForMetricAsync(series, 50);
        var leak = await sample.Process.WaitForEventAsync(eventName, Deadline, leak => leak["Name"] == name);
        Assert.Equal("50", leak["Count"]);
        Assert.StartsWith(site, leak["Site"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task StuckTasksRefuseNewSessionsUntilTheyEnd()
    {
        await using var sample = await SampleProcess.StartAsync(
            null, "--CrashShield:Leaks:StuckAfter", "00:00:00.2", "--CrashShield:Leaks:MaxLeaked", "100", "--CrashShield:Circuit:NotReadyAfter", "00:00:00",
            "--CrashShield:Circuit:RecoverAfter", "00:00:01");
        await sample.Client.GetStringAsync("/drill/stuck?count=200", TestContext.Current.CancellationToken);
        await LevelAsync(sample, "Open");

        using var refused = await sample.Client.GetAsync("/version", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);
        using var established = new HttpRequestMessage(HttpMethod.Get, "/version") { Headers = { { "Cookie", ".AspNetCore.Session=x" } } };
        Assert.Equal(HttpStatusCode.OK, (await sample.Client.SendAsync(established, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await sample.Client.GetAsync("/healthz", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await sample.Client.GetAsync("/readyz", TestContext.Current.CancellationToken)).StatusCode);
        await sample.WaitForMetricAsync("""crashshield_requests_shed_total{priority="normal",reason="new-session"}""", 1);
        await sample.WaitForMetricAsync("crashshield_circuit_level", 2);

        await sample.Client.GetStringAsync("/drill/unstick", TestContext.Current.CancellationToken);
        await LevelAsync(sample, "Closed");
        Assert.Equal(HttpStatusCode.OK, (await sample.Client.GetAsync("/version", TestContext.Current.CancellationToken)).StatusCode);
    }

    private static async Task LevelAsync(SampleProcess sample, string expected)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (await sample.Client.GetStringAsync("/healthz", deadline.Token) != expected)
            await Task.Delay(20, deadline.Token);
    }
}

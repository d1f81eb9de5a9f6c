using System.Net;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.CircuitBreaker;

namespace CrashShield.Hosting.Tests.Outbound;

public class FailFastTests
{
    [Fact]
    public async Task CallsFailAtOnceWhileDegradedAndGoOutAgainAfter()
    {
        var handler = new CountingHandler();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddCrashShield(new ConfigurationBuilder().Build());
        var client = builder.Services.AddHttpClient("recommendations").ConfigurePrimaryHttpMessageHandler(() => handler).AddCrashShieldFailFast();
        client.AddStandardResilienceHandler();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var circuit = host.Services.GetRequiredService<HealthCircuit>();
        var http = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("recommendations");
        var pipeline = new ResiliencePipelineBuilder().AddCrashShieldFailFast(host.Services).Build();

        Assert.True(await ReachesAsync(http));
        circuit.Hold(CircuitLevel.Degraded, "test");
        // The breakers are opened one after the other.
        await UntilAsync(async () => !await ReachesAsync(http) && !await PassesAsync(pipeline));
        var sent = handler.Sent;
        Assert.False(await ReachesAsync(http));
        Assert.Equal(sent, handler.Sent);
        Assert.Throws<IsolatedCircuitException>(() => new ResiliencePipelineBuilder().AddCrashShieldFailFast(host.Services).Build().Execute(() => { }));

        circuit.Release();
        await UntilAsync(() => ReachesAsync(http));
        await UntilAsync(() => PassesAsync(pipeline));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A check over the client that is refused would be unhealthy because the circuit is not closed, which it then never is.</summary>
    [Fact]
    public async Task HealthCheckOverTheSameClientPassesAndTheCircuitCloses()
    {
        var handler = new CountingHandler();
        var time = new FakeTimeProvider();
        using var log = new LogRecords();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddCrashShield(new ConfigurationBuilder().Build());
        builder.Services.AddHttpClient("recommendations").ConfigurePrimaryHttpMessageHandler(() => handler).AddCrashShieldFailFast();
        builder.Services.AddHealthChecks().AddCheck<OverTheClient>("recommendations", tags: ["circuit", "live"]);
        using var host = builder.Build();
        var circuit = host.Services.GetRequiredService<HealthCircuit>();
        var http = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("recommendations");
        var rounds = host.Services.GetRequiredService<HealthCheckRounds>();
        Assert.True(await ReachesAsync(http));
        circuit.Hold(CircuitLevel.Degraded, "test");
        Assert.False(await ReachesAsync(http));

        rounds.Run();
        await UntilAsync(() => Task.FromResult(rounds.All is [{ Status: HealthStatus.Healthy }]));
        Assert.False(await ReachesAsync(http));
        // By whomever it is run: an endpoint of the application's own, a publisher.
        var own = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, own.Status);
        Assert.False(await ReachesAsync(http));
        circuit.Release();
        Assert.True(await ReachesAsync(http));
        Assert.DoesNotContain(log.All, record => record.Level >= LogLevel.Error);
    }

    private sealed class OverTheClient(IHttpClientFactory clients) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            using var http = clients.CreateClient("recommendations");
            using var answer = await http.GetAsync(new Uri("http://127.0.0.1:1/"), cancellationToken);
            return answer.IsSuccessStatusCode ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
        }
    }

    [Fact]
    public void FailuresOfTheDependencyDoNotOpenIt()
    {
        var services = new ServiceCollection().AddLogging().AddCrashShield(new ConfigurationBuilder().Build()).BuildServiceProvider();
        var pipeline = new ResiliencePipelineBuilder().AddCrashShieldFailFast(services).Build();
        for (var i = 0; i < 1_000; i++)
            Assert.Throws<IOException>(() => pipeline.Execute(() => throw new IOException()));
    }

    private static async Task<bool> ReachesAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("http://127.0.0.1:1/"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (IsolatedCircuitException)
        {
            return false;
        }
    }

    private static async Task<bool> PassesAsync(ResiliencePipeline pipeline)
    {
        var context = ResilienceContextPool.Shared.Get(TestContext.Current.CancellationToken);
        var outcome = await pipeline.ExecuteOutcomeAsync(static (_, _) => new ValueTask<Outcome<int>>(Outcome.FromResult(1)), context, 0);
        ResilienceContextPool.Shared.Return(context);
        return outcome.Exception is null;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 5_000);
            await Task.Delay(1);
        }
    }

    private sealed class CountingHandler : HttpMessageHandler
    {
        public int Sent { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}

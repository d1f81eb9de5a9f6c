using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace CrashShield.Middleware.Tests.Endpoints;

public class HealthEndpointTests
{
    private static readonly string[] Live = ["/healthz", "/healthz/live", "/livez"];
    private static readonly string[] Ready = ["/healthz/ready", "/readyz"];

    /// <summary>Nothing is mapped, so nothing opens the port either.</summary>
    [Fact]
    public async Task PortThatNothingIsMappedForIsTold()
    {
        await using var app = await ShieldedApp.StartAsync(
            app => app.UseCrashShield(), shield => (shield.Endpoints.Map, shield.Endpoints.ManagementPort) = (false, FreePort.Take()));
        Assert.Single(app.Log.All, entry => entry.EventId.Name == "EndpointsNotMapped");
    }

    /// <summary>In a group its paths are others, and who may ask is for the group to say.</summary>
    [Fact]
    public async Task GroupOfTheApplicationSaysWhoMayAsk()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGroup("/open").MapCrashShield();
                var closed = app.MapGroup("/closed");
                closed.RequireAuthorization("nobody");
                closed.MapCrashShield();
            },
            build: builder =>
            {
                builder.Services.AddAuthentication("none").AddCookie("none");
                builder.Services.AddAuthorization(options => options.AddPolicy("nobody", policy => policy.RequireAssertion(_ => false)));
            });

        Assert.Equal("Closed", await app.Http1.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Equal("Closed", await app.Http1.GetStringAsync("/open/healthz", TestContext.Current.CancellationToken));
        Assert.Contains("crashshield_", await app.Http1.GetStringAsync("/open/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        foreach (var path in new[] { "/closed/healthz", "/closed/metrics" })
        {
            using var response = await app.Http1.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.NotEqual(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task AllAreWellOnceStarted()
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());

        foreach (var path in (string[])[.. Live, .. Ready])
            Assert.Equal("Closed", await app.Http1.GetStringAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal("Started", await app.Http1.GetStringAsync("/healthz/startup", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AllFailOnceTheCircuitFailed()
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        app.Services.GetRequiredService<HealthCircuit>().Fail("the drill asked for it");

        foreach (var path in (string[])[.. Live, .. Ready])
        {
            using var response = await app.Http1.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("Failed", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task JsonTellsTheReason()
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield(), environment: "Development");
        app.Services.GetRequiredService<HealthCircuit>().Fail("the drill asked for it");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "Accept", "application/json" } } };

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        var state = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(("Failed", "the drill asked for it"), (state.Text("level"), state.Text("reason")));
        Assert.InRange(state.GetProperty("since").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        var processor = state.GetProperty("processor");
        Assert.Contains(processor.Text("state"), Enum.GetNames<ProcessorState>());
        Assert.InRange(processor.GetProperty("threads").GetInt32(), 0, 32_767);
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("text/html, Application/JSON;q=0.5", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("application/json;q=0", false)]
    [InlineData("application/jsonp", false)]
    [InlineData("*/*", false)]
    [InlineData("nonsense, ,;", false)]
    public async Task ReportIsForThoseWhoAcceptJson(string accept, bool expected)
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/livez");
        request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected ? "application/json" : "text/plain", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/livez", 6L)]
    [InlineData("/metrics", null)]
    public async Task HeadTellsNoLengthThatIsNotTrue(string path, long? expected)
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        foreach (var client in (HttpClient[])[app.Http1, app.Http1, app.Http2])
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, expected), (response.StatusCode, response.Content.Headers.ContentLength));
        }
    }

    [Fact]
    public async Task StoppingIsAliveButNotReady()
    {
        var answers = new TaskCompletionSource<(HttpStatusCode Ready, HttpStatusCode Live)>();
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        using var client = new HttpClient { BaseAddress = app.Http1.BaseAddress };
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => answers.SetResult((
            client.Send(new HttpRequestMessage(HttpMethod.Get, "/readyz")).StatusCode,
            client.Send(new HttpRequestMessage(HttpMethod.Get, "/livez")).StatusCode)));

        await app.DisposeAsync();

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK),
            await answers.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ProbesPassAuthorizationAndRedirects()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.UseHttpsRedirection();
                app.MapGet("/", () => "");
            },
            build: builder =>
            {
                builder.Services.AddAuthentication("none").AddCookie("none");
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });

        Assert.Equal("Closed", await app.Http1.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Contains("crashshield_circuit_level 0", await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManagementPortAloneAnswers()
    {
        // The application listens on two ports; the second is made the management port once its number is known.
        var port = FreePort.Take();
        await using var app = await ShieldedApp.StartAsync(
            app => app.UseCrashShield(),
            shield => shield.Endpoints.ManagementPort = port,
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port)));
        using var management = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        foreach (var path in new[] { "/healthz", "/metrics" })
        {
            using var spoofed = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = $"127.0.0.1:{port}" } };
            Assert.Equal(HttpStatusCode.NotFound, (await app.Http1.SendAsync(spoofed, TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await management.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    [Fact]
    public async Task NothingIsMappedWhenToldNotTo()
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield(), shield => shield.Endpoints.Map = false);

        Assert.Equal(HttpStatusCode.NotFound, (await app.Http1.GetAsync("/healthz", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task ApplicationsOwnEndpointComesFirst()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/healthz", () => "mine");
            app.MapGet("/{**rest}", (string rest) => $"rest {rest}");
        });

        Assert.Equal("mine", await app.Http1.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Equal("Closed", await app.Http1.GetStringAsync("/healthz/live", TestContext.Current.CancellationToken));
        Assert.Equal("rest other", await app.Http1.GetStringAsync("/other", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ApplicationsHealthChecksAndMetricsComeFirst()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapHealthChecks("/healthz");
                app.MapMetrics();
            },
            build: builder => builder.Services.AddHealthChecks());

        Assert.Equal("Healthy", await app.Http1.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Contains("crashshield_circuit_level 0", await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HEAD", HttpStatusCode.OK)]
    [InlineData("POST", HttpStatusCode.MethodNotAllowed)]
    public async Task AnswersReadingOnly(string method, HttpStatusCode expected)
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        using var request = new HttpRequestMessage(new HttpMethod(method), "/livez");

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task MappingByHandAsWellIsTheSameAsOnce()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapCrashShield();
        });

        Assert.Equal("Closed", await app.Http1.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CrashShield.Hosting;
using CrashShield.Hosting.Circuit;
using CrashShield.Middleware.Management;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Middleware.Tests.Management;

/// <summary>The management port that CrashShield opens itself.</summary>
public sealed class ManagementListenerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly int _port = FreePort.Take();
    private readonly HttpClient _client;

    public ManagementListenerTests() => _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = Deadline };

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("/healthz", 200, "Degraded")]
    [InlineData("/healthz/live", 200, "Degraded")]
    [InlineData("/LIVEZ?x=1", 200, "Degraded")]
    [InlineData("/livez/", 200, "Degraded")]
    [InlineData("/livez//", 404, "Not found: this port has health and metrics alone.")]
    [InlineData("/healthz/ready", 503, "Degraded")]
    [InlineData("/readyz", 503, "Degraded")]
    [InlineData("/healthz/startup", 200, "Started")]
    [InlineData("/orders", 404, "Not found: this port has health and metrics alone.")]
    public async Task AnswersProbes(string path, int status, string text)
    {
        await using var app = await StartAsync();
        app.Services.GetRequiredService<HealthCircuit>().Hold(CircuitLevel.Degraded, "a test");

        using var answer = await _client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal((status, text), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.True(answer.Headers.ConnectionClose);
        if (status != 404)
            Assert.Equal(HttpStatusCode.NotFound, (await app.Http1.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task AnswersWithTheReportAndWithMetrics()
    {
        await using var app = await StartAsync();
        app.Services.GetRequiredService<HealthCircuit>().Hold(CircuitLevel.Degraded, "a test");
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        using var report = JsonDocument.Parse(await _client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Equal(("Degraded", "a test"), (report.RootElement.GetProperty("level").GetString(), report.RootElement.GetProperty("reason").GetString()));

        using var metrics = await _client.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics.Content.Headers.ContentType!.ToString());
        Assert.Contains("crashshield_circuit_level ", await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var open = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5" } } };
        using var openMetrics = await _client.SendAsync(open, TestContext.Current.CancellationToken);
        Assert.EndsWith("# EOF\n", await openMetrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadHasTheHeadersAlone()
    {
        await using var app = await StartAsync();
        var answer = await ExchangeAsync("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 6\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /healthz HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody", "405 Method Not Allowed")]
    [InlineData("GET /healthz HTTP/2.0\r\n\r\n", "400 Bad Request")]
    [InlineData("GET elsewhere HTTP/1.1\r\n\r\n", "400 Bad Request")]
    [InlineData("GET http://elsewhere/livez?x HTTP/1.1\r\n\r\n", "200 OK")]
    [InlineData("\u0016\u0003\u0001 hello\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /healthz HTTP/1.1\r\nno header\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x", "408 Request Timeout")]
    public async Task RefusesWhatItDoesNotServe(string request, string expected)
    {
        await using var app = await StartAsync();
        Assert.StartsWith($"HTTP/1.1 {expected}\r\n", await ExchangeAsync(request), StringComparison.Ordinal);
        using var next = await _client.GetAsync("/livez", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task RefusesHeadsThatAreTooLarge()
    {
        await using var app = await StartAsync();
        var answer = await ExchangeAsync($"GET /healthz HTTP/1.1\r\nX: {new string('x', ManagementConnection.MaxHead)}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServesManyAtOnceAndClientsThatLeave()
    {
        await using var app = await StartAsync();
        for (var i = 0; i < 50; i++)
        {
            using var leaves = new TcpClient();
            await leaves.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
            leaves.LingerState = new LingerOption(true, 0);
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _client.GetStringAsync("/healthz", TestContext.Current.CancellationToken)));
        Assert.All(answers, answer => Assert.Equal("Closed", answer));
        Assert.Empty(app.Log.Problems);
    }

    [Fact]
    public async Task AnswersUntilTheServerHasStopped()
    {
        await using var app = await StartAsync();
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        var during = new TaskCompletionSource<(HttpStatusCode, HttpStatusCode)>();
        lifetime.ApplicationStopping.Register(() => during.SetResult((
            _client.Send(new HttpRequestMessage(HttpMethod.Get, "/readyz")).StatusCode, _client.Send(new HttpRequestMessage(HttpMethod.Get, "/livez")).StatusCode)));

        await app.DisposeAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), await during.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        // And the port is free again at once.
        await using var next = await StartAsync();
        Assert.Equal("Closed", await _client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task PortThatIsTakenEndsTheStart()
    {
        using var taken = new TcpListener(IPAddress.Loopback, _port);
        taken.Start();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync());

        Assert.Equal(
            $"CrashShield:Endpoints:ManagementPort = '{_port}': cannot be opened on 127.0.0.1: Address already in use. " +
            "Name a port and an address of this machine that are free.", error.Message);
    }

    [Fact]
    public async Task AllAddressesAreTheDefault()
    {
        await using var app = await StartAsync(shield => shield.Endpoints.ManagementAddress = "*");
        Assert.Equal("Closed", await _client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TestServerOpensNothing()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.AddCrashShield(shield => (shield.Endpoints.ManagementPort, shield.Endpoints.ManagementAddress) = (_port, "127.0.0.1"));
        await using var app = builder.Build();
        app.UseCrashShield();
        await app.StartAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    private Task<ShieldedApp> StartAsync(Action<CrashShieldOptions>? options = null) => ShieldedApp.StartAsync(
        app => app.UseCrashShield(),
        shield =>
        {
            (shield.Endpoints.ManagementPort, shield.Endpoints.ManagementAddress) = (_port, "127.0.0.1");
            options?.Invoke(shield);
        });

    private async Task<string> ExchangeAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
    }
}

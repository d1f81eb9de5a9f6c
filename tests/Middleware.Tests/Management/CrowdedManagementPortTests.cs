using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CrashShield.Hosting.Scheduling;
using CrashShield.Middleware.Management;
using Prometheus;

namespace CrashShield.Middleware.Tests.Management;

/// <summary>Many clients and collections that hang, and the probe beside them.</summary>
public sealed class CrowdedManagementPortTests : IDisposable
{
    private const int Crowd = 24;

    // What the readiness probe of k8s/base gives us.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly int _port = FreePort.Take();
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly List<Socket> _crowd = [];

    public void Dispose() => _crowd.ForEach(client => client.Dispose());

    [Fact]
    public async Task ClientsThatSendNothingLeaveTheProbeAlone()
    {
        await using var app = await StartAsync();
        await CrowdAsync("");

        Assert.InRange(Probe(), TimeSpan.Zero, ProbeTimeout);
    }

    [Fact]
    public async Task ScrapersThatDoNotReadLeaveTheProbeAlone()
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        for (var i = 0; i < 16; i++)
            factory.CreateGauge($"big_{i}", new string('x', 500_000));
        await using var app = await StartAsync();
        await CrowdAsync("GET /metrics HTTP/1.1\r\n\r\n");

        Assert.InRange(Probe(), TimeSpan.Zero, ProbeTimeout);
    }

    [Fact]
    public async Task ClientsThatSendDropByDropLeaveTheProbeAlone()
    {
        await using var app = await StartAsync();
        await CrowdAsync("GET /");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var drops = DropAsync(stop.Token);

        Assert.InRange(Probe(), TimeSpan.Zero, ProbeTimeout);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drops);
    }

    [Fact]
    public async Task ScraperThatReadsDropByDropIsCutAndThenOthersAreServed()
    {
        Prometheus.Metrics.WithCustomRegistry(_registry).CreateGauge("big", new string('x', 8_000_000));
        await using var app = await StartAsync();
        await CrowdAsync("GET /metrics HTTP/1.1\r\n\r\n", 2 * ManagementMetrics.AtOnce);

        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        // Until one has been taken in: on a busy machine their collections last too long, and they are refused themselves.
        while ((await client.GetAsync("/metrics", deadline.Token)).StatusCode != HttpStatusCode.ServiceUnavailable)
            await CrowdAsync("GET /metrics HTTP/1.1\r\n\r\n", ManagementMetrics.AtOnce);

        var drop = new byte[1];
        while ((await client.GetAsync("/metrics", deadline.Token)).StatusCode != HttpStatusCode.OK)
        {
            foreach (var reader in _crowd)
                await reader.ReceiveAsync(drop, deadline.Token);
            await Task.Delay(50, deadline.Token);
        }
    }

    [Fact]
    public async Task CollectionsThatHangLeaveTheProbeAlone()
    {
        var asked = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        _registry.AddBeforeCollectCallback(async _ =>
        {
            asked.TrySetResult();
            await gate.Task;
        });
        await using var app = await StartAsync();
        await CrowdAsync("GET /metrics HTTP/1.1\r\n\r\n");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.InRange(Probe(), TimeSpan.Zero, ProbeTimeout);
        gate.SetResult();
    }

    [Fact]
    public async Task MetersThatHangLeaveTheProbeAloneAndTheirScrapersAreTold()
    {
        using var release = new ManualResetEventSlim();
        _registry.AddBeforeCollectCallback(release.Wait);
        await using var app = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        var scrapes = Enumerable.Range(0, Crowd).Select(_ => client.GetAsync("/metrics", TestContext.Current.CancellationToken)).ToArray();

        Assert.InRange(Probe(), TimeSpan.Zero, ProbeTimeout);
        Assert.All(await Task.WhenAll(scrapes), scrape => Assert.Equal(HttpStatusCode.ServiceUnavailable, scrape.StatusCode));
        Assert.InRange(Probe(), TimeSpan.Zero, ProbeTimeout);

        // Their places are free again once they have ended.
        release.Set();
        await app.Log.UntilAsync(() => client.Send(new(HttpMethod.Get, "/metrics")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task MoreClientsThanThereIsRoomForLeaveTheProbeAlone()
    {
        await using var app = await StartAsync();
        await CrowdAsync("GET /", 350);

        Assert.InRange(Probe(), TimeSpan.Zero, ProbeTimeout);
    }

    [Fact]
    public async Task ItsOneThreadIsGoneOnceStopped()
    {
        var app = await StartAsync();
        await CrowdAsync("");
        await app.Log.UntilAsync(() => Threads() == 1);

        await app.DisposeAsync();

        // The kernel forgets a thread a moment after it has been joined.
        await app.Log.UntilAsync(() => Threads() == 0);
        Assert.Empty(app.Log.Problems);
    }

    // By its name, which is this test's alone by the port in it.
    private int Threads() => Directory.GetDirectories("/proc/self/task")
        .Count(task => File.Exists($"{task}/comm") && File.ReadAllText($"{task}/comm").Trim() == $"shield {_port}");

    private Task<ShieldedApp> StartAsync() => ShieldedApp.StartAsync(
        app => app.UseCrashShield(),
        shield => (shield.Endpoints.ManagementPort, shield.Endpoints.ManagementAddress) = (_port, "127.0.0.1"),
        builder => builder.Services.AddSingleton(provider => new ManagementMetrics(_registry, provider.GetRequiredService<ShieldSchedule>())));

    private async Task CrowdAsync(string request, int crowd = Crowd)
    {
        for (var i = 0; i < crowd; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            _crowd.Add(client);
            await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
            await client.SendAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        }
    }

    private async Task DropAsync(CancellationToken stop)
    {
        while (true)
        {
            foreach (var client in _crowd)
                client.Send("x"u8, SocketFlags.None, out _);
            await Task.Delay(50, stop);
        }
    }

    // With calls that block, as the pool of this process is not what is measured.
    private TimeSpan Probe()
    {
        var clock = Stopwatch.StartNew();
        using var client = new TcpClient("127.0.0.1", _port) { ReceiveTimeout = 60_000 };
        client.Client.Send("GET /healthz HTTP/1.1\r\n\r\n"u8);
        using var reader = new StreamReader(client.GetStream());
        Assert.EndsWith("\r\n\r\nClosed", reader.ReadToEnd(), StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper!.WriteLine($"The probe took {clock.Elapsed.TotalMilliseconds:F0} ms.");
        return clock.Elapsed;
    }
}

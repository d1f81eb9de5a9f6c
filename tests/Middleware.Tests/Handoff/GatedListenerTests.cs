using System.Net;
using System.Net.Sockets;
using CrashShield.Hosting;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using CrashShield.Middleware.Handoff;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Tests.Handoff;

/// <summary>On real Kestrel and real sockets.</summary>
public sealed class GatedListenerTests : IAsyncDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly int _port = FreePort.Take();
    private readonly LogCollector _log = new();
    private readonly HttpClient _client;
    private readonly WebApplication _app;

    public GatedListenerTests()
    {
        // Each request on a connection of its own: those that are open are none of the gate's.
        _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), DefaultRequestHeaders = { ConnectionClose = true }, Timeout = Deadline };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(_log);
        builder.WebHost.UseUrls(_client.BaseAddress.ToString());
        builder.AddCrashShield();
        _app = builder.Build();
        _app.UseCrashShield();
        _app.MapGet("/ok", () => "ok");
        _app.MapGet("/memory", (HttpContext context) => context.Features.Get<IMemoryPoolFeature>()!.MemoryPool.Rent(0).Memory.Length);
    }

    private AcceptGate Gate => _app.Services.GetRequiredService<AcceptGate>();

    private ListeningSockets Sockets => _app.Services.GetRequiredService<ListeningSockets>();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task ConnectionsHaveKestrelsOwnMemory()
    {
        Assert.True(TransportMemory.TrySet(new SocketConnectionFactoryOptions(), _app.Services.GetRequiredService<IMemoryPoolFactory<byte>>()));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("4096", await _client.GetStringAsync("/memory", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ConnectionsWaitInTheKernelWhileTheGateIsClosed()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("ok", await _client.GetStringAsync("/ok", TestContext.Current.CancellationToken));
            Gate.Close();
            var waiting = _client.GetStringAsync("/ok", TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(Short, TestContext.Current.CancellationToken));

            Gate.Open();
            Assert.Equal("ok", await waiting);
        }
    }

    [Fact]
    public async Task SocketThatIsHandedOverOutlastsTheServerWithCleanLinger()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        await _client.GetStringAsync("/ok", TestContext.Current.CancellationToken);
        using var successor = new Socket(new SafeSocketHandle(Descriptor.Duplicate(Sockets.Find($"tcp:127.0.0.1:{_port}", 0)!.Value), ownsHandle: true));
        Gate.Close();
        Sockets.AreHandedOver = true;
        await _app.StopAsync(TestContext.Current.CancellationToken);

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
        using var accepted = await successor.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal((false, false), (successor.LingerState!.Enabled, accepted.LingerState!.Enabled));
    }

    [Fact]
    public async Task ErrorOfAcceptEndsNoLoop()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        using var listening = new Socket(new SafeSocketHandle(Sockets.Find($"tcp:127.0.0.1:{_port}", 0)!.Value, ownsHandle: false));
        // accept(2) fails from now on, as it does while no descriptor is left.
        listening.Shutdown(SocketShutdown.Receive);
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetStringAsync("/ok", TestContext.Current.CancellationToken));
        listening.Listen();
        Assert.Equal("ok", await _client.GetStringAsync("/ok", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task PortIsFreeAfterAStopWithoutAHandOver()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        await _app.StopAsync(TestContext.Current.CancellationToken);
        using var next = new TcpListener(IPAddress.Loopback, _port);
        next.Start();
    }

    [Fact]
    public async Task PortIsFreeWhileTheLastRequestsAreAnswered()
    {
        var (begun, ends) = (new TaskCompletionSource(), new TaskCompletionSource());
        _app.MapGet("/slow", async () =>
        {
            begun.SetResult();
            await ends.Task;
            return "slow";
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
        var slow = _client.GetStringAsync("/slow", TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        var stop = _app.StopAsync(TestContext.Current.CancellationToken);
        using (var deadline = new CancellationTokenSource(Deadline))
        {
            while (await IsOpenAsync())
                await Task.Delay(1, deadline.Token);
        }

        Assert.False(stop.IsCompleted);
        ends.SetResult();
        Assert.Equal("slow", await slow);
        await stop;
    }

    [Fact]
    public async Task PortIsFreeOnceAProcessThatDoesNotAcceptIsToldToStop()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Gate.Close();
        _app.Services.GetRequiredService<ServingState>().TryGo(ServingPhase.Draining);
        using var deadline = new CancellationTokenSource(Deadline);
        while (await IsOpenAsync())
            await Task.Delay(1, deadline.Token);

        Gate.Open();
        Assert.False(Gate.IsOpen);
    }

    [Fact]
    public async Task PortThatIsTakenIsSaidAsKestrelSaysIt()
    {
        using var other = new TcpListener(IPAddress.Loopback, _port);
        other.Start();
        var thrown = await Assert.ThrowsAsync<IOException>(() => _app.StartAsync(TestContext.Current.CancellationToken));
        Assert.IsType<AddressInUseException>(thrown.InnerException);
    }

    [Fact]
    public async Task RehearsalTouchesNoGateButItsOwn()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Gate.Close();
        var rehearsal = Assert.Single(_app.Services.GetServices<IWarmUp>().OfType<GateRehearsal>());
        Assert.Equal(0, await rehearsal.RunAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken));
        Assert.False(Gate.IsOpen);
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, _port)], _app.Services.GetRequiredService<WarmConnections>().EndPoints);
    }

    [Fact]
    public async Task WarmUpAsksTheServerBeforeAnybodyElseCan()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Gate.Close();
        var warmUp = _app.Services.GetRequiredService<IWarmUp>();
        Assert.Equal(400, await warmUp.RunAsync(TestContext.Current.CancellationToken));
        Assert.Empty(_log.Problems);
    }

    [Fact]
    public async Task WarmUpPathThatIsNotFoundIsToldOnce()
    {
        foreach (var path in new[] { "/ok", "/nowhere" })
            _app.Services.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Handoff.WarmUpPaths.Add(path);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Gate.Close();
        for (var round = 0; round < 2; round++)
            await _app.Services.GetRequiredService<IWarmUp>().RunAsync(TestContext.Current.CancellationToken);

        var told = Assert.Single(_log.Problems);
        Assert.Equal(("WarmUpAnswer", "/nowhere", 404), (told.EventId.Name, told.Values["Path"], told.Values["Status"]));
    }

    private async Task<bool> IsOpenAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

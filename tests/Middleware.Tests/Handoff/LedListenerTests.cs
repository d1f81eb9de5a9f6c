using System.Net;
using System.Net.Sockets;
using CrashShield.Hosting.Handoff;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Middleware.Tests.Handoff;

/// <summary>Kestrel on sockets that another process, here the test, has bound and goes on with.</summary>
public sealed class LedListenerTests
{
    [Fact]
    public async Task BacklogOfTheLeadStays()
    {
        // Kestrel listens with 512, and listening again would change it.
        const int Backlog = 77;
        using var lead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        lead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        lead.Listen(Backlog);
        await using (var app = App($"http://{lead.LocalEndPoint}", lead))
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            using var client = new HttpClient();
            Assert.Equal("ok", await client.GetStringAsync($"http://{lead.LocalEndPoint}/ok", TestContext.Current.CancellationToken));
            Assert.Equal(Backlog, BacklogOf(lead));
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(Backlog, BacklogOf(lead));
    }

    [Fact]
    public async Task BacklogThatTheApplicationHasChosenHolds()
    {
        const int Chosen = 33;
        using var lead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        lead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        lead.Listen(77);
        await using var app = App($"http://{lead.LocalEndPoint}", lead, backlog: Chosen);
        await app.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Chosen, BacklogOf(lead));
        using var client = new HttpClient();
        Assert.Equal("ok", await client.GetStringAsync($"http://{lead.LocalEndPoint}/ok", TestContext.Current.CancellationToken));
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PathOfTheLeadsUnixSocketOutlastsTheServer()
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-unix-");
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "app.sock"));
        using (var lead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            lead.Bind(endPoint);
            lead.Listen();
            await using (var app = App($"http://unix:{endPoint}", lead))
            {
                await app.StartAsync(TestContext.Current.CancellationToken);
                await app.StopAsync(TestContext.Current.CancellationToken);
            }

            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(endPoint, TestContext.Current.CancellationToken);
            using var accepted = await lead.AcceptAsync(TestContext.Current.CancellationToken);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task PathOfAUnixSocketEndsWithTheWorkerThatItWasLeftTo()
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-unix-");
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "app.sock"));
        // As a process that is gone leaves it: the descriptor is the worker's, and nobody else has it. Not disposed of: that waits for a handle which is no longer its own.
        var lead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        lead.Bind(endPoint);
        lead.Listen();
        await using (var app = App($"http://unix:{endPoint}", lead))
        {
            var sockets = app.Services.GetRequiredService<ListeningSockets>();
            await app.StartAsync(TestContext.Current.CancellationToken);
            sockets.Lead = null;
            lead.SafeHandle.SetHandleAsInvalid();
            GC.SuppressFinalize(lead);
            await app.StopAsync(TestContext.Current.CancellationToken);
            Assert.False(File.Exists(endPoint.ToString()));
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task EndpointThatIsBoundAgainHasTheSameSocket()
    {
        using var lead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        lead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        lead.Listen();
        var settings = new Dictionary<string, string?> { ["Kestrel:Endpoints:A:Url"] = $"http://{lead.LocalEndPoint}", ["Kestrel:Endpoints:A:Protocols"] = "Http1" };
        await using var app = App($"http://{lead.LocalEndPoint}", lead, settings);
        var asked = 0;
        var sockets = app.Services.GetRequiredService<ListeningSockets>();
        sockets.Lead = _ => ++asked == 1 ? Descriptor.Duplicate(lead) : throw new IOException("Address already in use");
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { DefaultRequestHeaders = { ConnectionClose = true }, Timeout = TimeSpan.FromSeconds(10) };
        Assert.Equal("ok", await client.GetStringAsync($"http://{lead.LocalEndPoint}/ok", TestContext.Current.CancellationToken));

        app.Configuration["Kestrel:Endpoints:A:Protocols"] = "Http2";
        ((IConfigurationRoot)app.Configuration).Reload();
        // The server binds again in the background.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await IsHttp2Async(client, $"http://{lead.LocalEndPoint}/ok"))
            await Task.Delay(10, deadline.Token);

        Assert.Equal(1, asked);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<bool> IsHttp2Async(HttpClient client, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        try
        {
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It still speaks HTTP/1.1 alone.
            return false;
        }
    }

    private static WebApplication App(string url, Socket lead, Dictionary<string, string?>? settings = null, int? backlog = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls(url);
        if (backlog is { } chosen)
            builder.Services.Configure<SocketTransportOptions>(sockets => sockets.Backlog = chosen);
        builder.AddCrashShield();
        var app = builder.Build();
        app.UseCrashShield();
        app.MapGet("/ok", () => "ok");
        var sockets = app.Services.GetRequiredService<ListeningSockets>();
        sockets.Lead = _ => Descriptor.Duplicate(lead);
        return app;
    }

    // struct tcp_info: of a listening socket, tcpi_sacked is its backlog.
    private static int BacklogOf(Socket socket)
    {
        const int IpProtoTcp = 6;
        const int TcpInfo = 11;
        const int Offset = 28;
        Span<byte> info = stackalloc byte[Offset + sizeof(int)];
        socket.GetRawSocketOption(IpProtoTcp, TcpInfo, info);
        return BitConverter.ToInt32(info[Offset..]);
    }
}

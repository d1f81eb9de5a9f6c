using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using CrashShield.Hosting.Drain;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CrashShield.Middleware.Tests.Drain;

/// <summary>What does not end by itself is not begun by a process that is about to stop.</summary>
public class LameDuckStreamTests
{
    private const string EventStream = "text/event-stream";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task NewEventStreamsAreRefusedAndRequestsServed(int version)
    {
        await using var app = await StartAsync();
        var client = version == 1 ? app.Http1 : app.Http2;
        using (var before = await AskAsync(client, HttpMethod.Get, EventStream))
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        Serving(app).SetLameDuck(true);

        using var refused = await AskAsync(client, HttpMethod.Get, EventStream);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Contains("\"reason\":\"lame-duck\"", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var page = await AskAsync(client, HttpMethod.Get, "text/html");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        // Whoever posts and would take a stream as well gets a response that ends.
        using var posted = await AskAsync(client, HttpMethod.Post, $"application/json, {EventStream}");
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);

        Serving(app).SetLameDuck(false);
        using var after = await AskAsync(client, HttpMethod.Get, EventStream);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task AStreamFromBeforeGoesOn()
    {
        await using var app = await StartAsync();
        using var response = await AskAsync(app.Http1, HttpMethod.Get, EventStream, "/endless");
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
        await events.ReadLineAsync(Cancelled);

        Serving(app).SetLameDuck(true);

        for (var line = 0; line < 10; line++)
            Assert.NotNull(await events.ReadLineAsync(Cancelled).AsTask().WaitAsync(Deadline, Cancelled));
    }

    /// <summary>Its headers did not say that the connection ends. A client that came back over it would be refused.</summary>
    [Theory]
    [InlineData("/until-told")]
    [InlineData("/told-at-once")]
    public async Task AStreamFromBeforeThatEndsClosesItsConnection(string path)
    {
        await using var app = await StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(app.Http1.BaseAddress!.Host, app.Http1.BaseAddress.Port, Cancelled);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"), Cancelled);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(Cancelled) is not "data: tick")
        {
        }

        Serving(app).SetLameDuck(true);

        Assert.EndsWith("\r\n0\r\n\r\n", await reader.ReadToEndAsync(Cancelled).WaitAsync(Deadline, Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task NewWebSocketsAreRefused(int version)
    {
        await using var app = await StartAsync();
        Assert.Equal(WebSocketState.Open, (await ConnectAsync(app, version)).State);

        Serving(app).SetLameDuck(true);

        Assert.Equal((WebSocketState.Closed, HttpStatusCode.ServiceUnavailable, true), await ConnectAsync(app, version));
    }

    [Fact]
    public async Task WithAdmissionTheyAreRefusedToo()
    {
        await using var app = await StartAsync(isAdmitting: true);
        Serving(app).SetLameDuck(true);
        using var refused = await AskAsync(app.Http1, HttpMethod.Get, EventStream);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    /// <summary>A client that comes back as soon as its stream ends, and when it is told to.</summary>
    [Fact]
    public async Task AClientThatComesBackAtOnceIsHeldOff()
    {
        await using var app = await StartAsync();
        Serving(app).SetLameDuck(true);

        // Accepted and ended at once, as it was: the Accept header is what tells a stream.
        var accepted = await ReconnectsAsync(app.Http1, "*/*");
        var refused = await ReconnectsAsync(app.Http1, EventStream);

        TestContext.Current.TestOutputHelper?.WriteLine($"Connections of one client in 2 s: {accepted} accepted and ended, {refused} refused.");
        Assert.InRange(refused, 1, 3);
        Assert.InRange(accepted, 20, int.MaxValue);
    }

    private static ServingState Serving(ShieldedApp app) => app.Services.GetRequiredService<ServingState>();

    private static Task<ShieldedApp> StartAsync(bool isAdmitting = false) => ShieldedApp.StartAsync(
        app =>
        {
            app.UseCrashShield();
            app.UseWebSockets();
            app.MapMethods("/feed", ["GET", "POST"], (DrainNotice drain) => TypedResults.ServerSentEvents(FeedAsync(drain.LameDuck)));
            app.MapGet("/until-told", (DrainNotice drain) => TypedResults.ServerSentEvents(EndlessAsync(drain.LameDuck)));
            // Told before the stream has waited for anything.
            app.MapGet("/told-at-once", (HttpContext context, ServingState serving) =>
            {
                context.Response.ContentType = EventStream;
                var written = context.Response.WriteAsync("data: tick\n");
                serving.SetLameDuck(true);
                return written;
            });
            app.MapGet("/endless", (CancellationToken gone) => TypedResults.ServerSentEvents(EndlessAsync(gone)));
            app.Map("/socket", async (HttpContext context) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
            });
        },
        shield => shield.Admission.Enabled = isAdmitting);

    private static async IAsyncEnumerable<string> FeedAsync([EnumeratorCancellation] CancellationToken lameDuck)
    {
        yield return lameDuck.IsCancellationRequested ? "come back" : "first";
        await Task.Yield();
    }

    private static async IAsyncEnumerable<string> EndlessAsync([EnumeratorCancellation] CancellationToken gone)
    {
        while (!gone.IsCancellationRequested)
        {
            yield return "tick";
            await Task.Delay(10, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, HttpMethod method, string accept, string path = "/feed")
    {
        using var request = new HttpRequestMessage(method, path) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    private static async Task<(WebSocketState State, HttpStatusCode Status, bool HasRetryAfter)> ConnectAsync(ShieldedApp app, int version)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.HttpVersion = version == 1 ? HttpVersion.Version11 : HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        try
        {
            await socket.ConnectAsync(new Uri(addresses[version - 1].Replace("http", "ws", StringComparison.Ordinal) + "/socket"), invoker, Cancelled);
        }
        catch (WebSocketException)
        {
            // Its state and its response tell.
        }

        return (socket.State, socket.HttpStatusCode, socket.HttpResponseHeaders?.ContainsKey("Retry-After") == true);
    }

    private static async Task<int> ReconnectsAsync(HttpClient client, string accept)
    {
        var clock = Stopwatch.StartNew();
        for (var connections = 1; ; connections++)
        {
            using var response = await AskAsync(client, HttpMethod.Get, accept);
            await response.Content.ReadAsStringAsync(Cancelled);
            var wait = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
            if (clock.Elapsed + wait > TimeSpan.FromSeconds(2))
                return connections;
            await Task.Delay(wait, Cancelled);
        }
    }
}

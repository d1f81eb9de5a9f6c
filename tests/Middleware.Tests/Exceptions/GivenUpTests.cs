using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Timeouts;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>What ends after its client has left is measured with 499, whatever it ends with.</summary>
public class GivenUpTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<bool, string> Kinds => new()
    {
        { false, "canceled" }, { true, "canceled" }, { false, "io" }, { true, "io" }, { false, "bug" }, { true, "bug" },
        // Only ours knows what drivers and libraries make of a cancellation.
        { true, "database" }, { true, "wrapped" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task IsMeasuredAsGivenUp(bool shielded, string kind)
    {
        var begun = new SemaphoreSlim(0);
        await using var app = await EitherApp.StartAsync(shielded, async Task<string> (HttpContext context) =>
        {
            begun.Release();
            await UntilGoneAsync(context);
            throw Failure(kind);
        });
        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            using var leave = new CancellationTokenSource();
            var request = client.GetAsync("/fail", leave.Token);
            await begun.WaitAsync(Cancelled);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        await app.Log.UntilAsync(() => app.Durations.Count == 2);
        Assert.All(app.Durations, tags => Assert.Contains("http.response.status_code=499", tags, StringComparison.Ordinal));
        var result = kind == "bug" ? "handled" : "aborted";
        Assert.All(app.Counts, count => Assert.Contains($"result={result}", count, StringComparison.Ordinal));
        Assert.Equal(kind == "bug" ? 2 : 0, app.FailureEntries().Length);
    }

    /// <summary>The exception comes before the request is marked as aborted.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientOfAWebSocketThatLeavesIsNoFailure(bool byReset)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseWebSockets();
            app.UseCrashShield();
            app.Map("/ws", async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.ReceiveAsync(new byte[16], context.RequestAborted);
            });
        });
        const int Clients = 10;
        for (var client = 0; client < Clients; client++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, app.Http1.BaseAddress!.Port, Cancelled);
            await socket.SendAsync("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray(), Cancelled);
            Assert.NotEqual(0, await socket.ReceiveAsync(new byte[1024], Cancelled));
            if (byReset)
                socket.LingerState = new LingerOption(true, 0);
        }

        await app.Log.UntilAsync(() => app.Log.All.Count(entry => entry.EventId.Name == "RequestAborted") == Clients);
        Assert.DoesNotContain(app.Log.All, entry => entry.EventId.Name == "RequestFailed");
    }

    /// <summary>The connection to a server further back, while its own client waits.</summary>
    [Fact]
    public async Task ResetOfAnotherConnectionIsAFailure()
    {
        await using var app = await ShieldedApp.StartAsync(string () => throw new ConnectionResetException("further back"));
        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            using var response = await client.GetAsync("/fail", Cancelled);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        }

        Assert.Equal(2, (await app.Log.WaitForAsync(1000, count: 2)).Length);
    }

    /// <summary>A token of middleware further out, and not the client, has ended it: the answer is that middleware's.</summary>
    [Fact]
    public async Task TimeoutFurtherOutIsNoClientThatHasGone()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseRequestTimeouts();
                app.UseCrashShield();
                app.MapGet("/slow", (CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
                app.MapGet("/fail", async (CancellationToken cancellationToken) =>
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw new InvalidOperationException("a bug");
                });
            },
            build: builder => builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(20) }));

        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            using var slow = await client.GetAsync("/slow", Cancelled);
            Assert.Equal(HttpStatusCode.GatewayTimeout, slow.StatusCode);
            using var failed = await client.GetAsync("/fail", Cancelled);
            Assert.Equal("/fail", (await failed.ReadProblemAsync()).Text("instance"));
        }

        await app.DisposeAsync();
        Assert.Equal([new("System.InvalidOperationException", "/fail", "handled")], app.Counts.All.Keys);
    }

    private static Exception Failure(string kind) => kind switch
    {
        "canceled" => new OperationCanceledException(),
        "io" => new IOException("the other end has gone"),
        "database" => new DriverException(),
        "wrapped" => new InvalidOperationException("the query was given up", new TaskCanceledException()),
        _ => new InvalidOperationException("a bug"),
    };

    private static Task UntilGoneAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task;
    }

    private sealed class DriverException() : DbException("interrupted");
}

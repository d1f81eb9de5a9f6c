using System.Data.Common;
using System.Net;
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

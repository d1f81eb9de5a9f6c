using System.Diagnostics;
using CrashShield.Hosting.Drain;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Middleware.Tests.Drain;

/// <summary>What the second SIGTERM does, asked for as the signal asks for it.</summary>
public class SecondSignalTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CutsConnectionsAndStillCleansUp(bool hasBegunToStop)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cleanedUp = false;
        await using var app = await ShieldedApp.StartAsync(
            async (HttpContext context) =>
            {
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            },
            shield => shield.Drain.Delay = hasBegunToStop ? TimeSpan.Zero : TimeSpan.FromHours(1),
            builder =>
            {
                builder.Services.AddSingleton<ProcessEnd, NoEnd>();
                builder.Services.AddShutdownStep("step", (_, _) =>
                {
                    cleanedUp = true;
                    return default;
                });
            });
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopped = app.WaitForShutdownAsync();
        var request = app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);
        await entered.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        var drain = app.Services.GetRequiredService<DrainSequence>();
        drain.Begin("SIGTERM");
        if (hasBegunToStop)
            await app.Log.UntilAsync(() => lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.False(request.IsCompleted);
        // Before it is a second old it is the same request, by the machine's clock.
        await app.Log.UntilAsync(() => drain.Duration >= TimeSpan.FromSeconds(1));
        var clock = Stopwatch.StartNew();
        drain.Begin("SIGTERM");

        await Assert.ThrowsAsync<HttpRequestException>(() => request.WaitAsync(Deadline, TestContext.Current.CancellationToken));
        await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.True(cleanedUp);
        Assert.Equal(DrainStage.Exit, drain.Stage);
    }

    // The tests' process goes on.
    private sealed class NoEnd : ProcessEnd
    {
        public override void End()
        {
        }
    }
}

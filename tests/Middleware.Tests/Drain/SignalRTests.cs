using CrashShield.Hosting.Drain;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace CrashShield.Middleware.Tests.Drain;

/// <summary>SignalR's own client, of a hub that has it come back in the lame duck as docs/signals.md shows.</summary>
public class SignalRTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task AClientIsHeldOffUntilItIsTimeAndComesBack()
    {
        var negotiations = 0;
        var begun = 0;
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.Use((context, next) =>
                {
                    if (context.Request.Path.Value!.EndsWith("/negotiate", StringComparison.Ordinal))
                        Interlocked.Increment(ref negotiations);
                    return next(context);
                });
                app.UseRouting();
                app.UseCrashShield();
                app.MapHub<PriceHub>("/prices");
            },
            build: builder => builder.Services.AddSignalR());
        var serving = app.Services.GetRequiredService<ServingState>();
        await using var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(app.Http1.BaseAddress!, "/prices"))
            .WithAutomaticReconnect(new EachTenth())
            .Build();
        connection.Reconnecting += _ =>
        {
            Interlocked.Increment(ref begun);
            return Task.CompletedTask;
        };
        await connection.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, negotiations);

        serving.SetLameDuck(true);
        await app.Log.UntilAsync(() => Volatile.Read(ref negotiations) >= 5);
        Assert.Equal(HubConnectionState.Reconnecting, connection.State);
        // Refused, it stays in one try to come back. Accepted, each connection would be ended, and begin another.
        Assert.Equal(1, begun);

        serving.SetLameDuck(false);
        await app.Log.UntilAsync(() => connection.State == HubConnectionState.Connected);
        Assert.Equal("ok", await connection.InvokeAsync<string>(nameof(PriceHub.Ask), TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken));
    }

    private sealed class EachTenth : IRetryPolicy
    {
        public TimeSpan? NextRetryDelay(RetryContext retryContext) => TimeSpan.FromMilliseconds(100);
    }

    private sealed class PriceHub(DrainNotice drain) : Hub
    {
        public override Task OnConnectedAsync()
        {
            var lifetime = Context.Features.Get<IConnectionLifetimeNotificationFeature>();
            var ending = drain.LameDuck.Register(() => lifetime?.RequestClose());
            Context.ConnectionAborted.Register(() => ending.Dispose());
            return base.OnConnectedAsync();
        }

        public string Ask() => "ok";
    }
}

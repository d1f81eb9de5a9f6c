using CrashShield.Hosting.Drain;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Services.Live;

/// <summary>Answers each ping with its number.</summary>
internal sealed class PingHub(DrainNotice drain) : Hub
{
    public override Task OnConnectedAsync()
    {
        // Has the client come back, to the next process, before the host's stop cuts the connection.
        var lifetime = Context.Features.Get<IConnectionLifetimeNotificationFeature>();
        var ending = drain.LameDuck.Register(() => lifetime?.RequestClose());
        Context.ConnectionAborted.Register(() => ending.Dispose());
        return base.OnConnectedAsync();
    }

    public int Ping(int number) => number;
}

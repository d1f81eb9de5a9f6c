using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.SignalR;

namespace CrashShield.GuestApps.Realtime;

internal sealed class ChatHub : Hub
{
    public override Task OnConnectedAsync()
    {
        SeenLog.Note("connected");
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        SeenLog.Note($"disconnected: {exception?.GetType().Name ?? "well"}");
        return base.OnDisconnectedAsync(exception);
    }

    public Task SendMessage(string user, string message) => Clients.Caller.SendAsync("ReceiveMessage", user, message);

    public string Echo(string text) => text;

    public string Break() => throw new InvalidOperationException("a secret of the server");

    public string Refuse() => throw new HubException("refused");

    public async IAsyncEnumerable<int> Count(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }

        throw new InvalidOperationException("the stream has failed");
    }
}

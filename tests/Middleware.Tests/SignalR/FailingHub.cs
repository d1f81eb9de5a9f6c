using Microsoft.AspNetCore.SignalR;

namespace CrashShield.Middleware.Tests.SignalR;

public sealed class FailingHub : Hub
{
    public override Task OnConnectedAsync() => Context.GetHttpContext()!.Request.Query.ContainsKey("refuse") ? throw new NotSupportedException() : base.OnConnectedAsync();

    public async Task<string> Echo(string text)
    {
        await Task.Yield();
        return text;
    }

    public string Break() => throw new InvalidOperationException("a secret");

    public async Task<string> BreakLater()
    {
        await Task.Yield();
        throw new InvalidOperationException("a secret");
    }
}

using CrashShield.Hosting.Drain;
using Microsoft.AspNetCore.Mvc;

namespace Services.Live;

/// <summary>SignalR and server-sent events.</summary>
internal static class LiveService
{
    public static Service Service { get; } = new("live", "a hub of SignalR and a feed of server-sent events", static (builder, _) => builder.Services.AddSignalR(), Map);

    private static void Map(WebApplication app)
    {
        app.MapHub<PingHub>("/hub");
        app.MapGet("/feed", ([FromHeader(Name = "Last-Event-ID")] long? last, DrainNotice drain, CancellationToken gone) =>
            TypedResults.ServerSentEvents(Feed.ReadAsync(last, drain.LameDuck, gone)));
    }
}

using CrashShield.GuestApps.Pipeline;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.SignalR;

namespace CrashShield.GuestApps.Realtime;

internal static class HubFilters
{
    public static Guest Guest { get; } = new("signalr-filters", GuestKind.Realtime, "https://github.com/dotnet/AspNetCore.Docs/issues/9652", Build)
    {
        Plays =
        [
            HubPlays.Socket("/hub", 2, ("Echo", "\"a\"")),
            HubPlays.Socket("/hub", 2, ("Break", "")),
            HubPlays.Socket("/secret", 1),
            Play.Post("/secret/negotiate?negotiateVersion=1"),
            Play.Post("/secret/negotiate?negotiateVersion=1", null, "X-User: ann"),
            Play.Post("/secret/negotiate?negotiateVersion=1", null, "X-User: broken"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddSignalR(hubs => hubs.AddFilter<Noting>());
        builder.Services.AddAuthentication(HeaderAuthentication.Scheme).AddScheme<HeaderAuthenticationOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, null);
        builder.Services.AddAuthorization();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapHub<ChatHub>("/hub");
        app.MapHub<ChatHub>("/secret").RequireAuthorization();
        return app;
    }

    private sealed class Noting : IHubFilter
    {
        public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
        {
            try
            {
                return await next(invocationContext);
            }
            catch (Exception e)
            {
                SeenLog.Note($"filter: {invocationContext.HubMethodName} threw {e.Message}");
                throw;
            }
        }
    }
}

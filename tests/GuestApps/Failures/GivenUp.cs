using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Failures;

internal static class GivenUp
{
    public static Guest Guest { get; } = new("given-up", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/44697", Build)
    {
        IsShort = true,
        Listens = Listening.Meters | Listening.Diagnostics,
        About = ["Middleware/Exceptions"],
        Plays = [Play.Abort("/waits"), Play.Abort("/ignores"), Play.Abort("/throws"), Play.Get("/fine")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder("--Logging:LogLevel:Microsoft.AspNetCore.Diagnostics=Debug", "--Logging:LogLevel:CrashShield.Hosting.Failures=Debug");
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.Mark("inside");
        app.MapGet("/waits", async (CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken));
        app.MapGet("/ignores", async (HttpContext context) =>
        {
            await UntilAbortedAsync(context);
            return "nobody reads this";
        });
        app.MapGet("/throws", async Task<string> (HttpContext context) =>
        {
            await UntilAbortedAsync(context);
            throw new InvalidOperationException("after the client had gone");
        });
        app.MapGet("/fine", () => "fine");
        return app;
    }

    private static Task UntilAbortedAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(aborted.SetResult);
        return aborted.Task;
    }
}

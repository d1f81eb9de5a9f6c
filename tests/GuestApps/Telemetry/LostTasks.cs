using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Telemetry;

/// <summary>Failures of tasks that nobody awaits, which the application has a handler of its own for.</summary>
internal static class LostTasks
{
    public static Guest Guest { get; } = new("lost-tasks", GuestKind.Api, "https://github.com/dotnet/runtime/issues/68165", Build)
    {
        IsShort = true,
        About = ["Hosting/Failures"],
        Plays = [Play.Get("/lose"), Play.Get("/collect"), Play.Get("/fine")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskScheduler.UnobservedTaskException += (_, args) =>
        {
            SeenLog.Note($"own handler: {args.Exception.InnerException?.Message}, observed {args.Observed}");
            seen.TrySetResult();
        };
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/lose", () =>
        {
            Lose();
            return "lost";
        });
        app.MapGet("/collect", async () =>
        {
            while (!seen.Task.IsCompleted)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                await Task.Yield();
            }

            return "collected";
        });
        app.MapGet("/fine", () => "fine");
        return app;
    }

    private static void Lose() => Task.FromException(new InvalidOperationException("lost"));
}

using System.Diagnostics;
using System.Globalization;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Telemetry;

/// <summary>What an application sets for its whole process, before and after the shield is added.</summary>
internal static class ProcessWide
{
    public static Guest Guest { get; } = new("process-wide", GuestKind.Api, "https://github.com/aspnet/Mvc/issues/4692", Build)
    {
        About = ["Hosting/ThreadPools"],
        Plays = [Play.Get("/culture"), Play.Get("/broken"), Play.Get("/pool"), Play.Get("/trace")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        Activity.DefaultIdFormat = ActivityIdFormat.W3C;
        AppContext.SetSwitch("Guest.Switch", true);
        ThreadPool.SetMinThreads(24, 12);
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/culture", () => 1.5.ToString(CultureInfo.CurrentCulture));
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/trace", () => Activity.Current is { } activity ? $"{activity.IdFormat} {activity.OperationName}" : "none");
        app.MapGet("/pool", () =>
        {
            ThreadPool.GetMinThreads(out var workers, out var io);
            AppContext.TryGetSwitch("Guest.Switch", out var isSet);
            return $"{workers} {io} {isSet}";
        });
        return app;
    }
}

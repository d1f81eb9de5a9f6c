using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Pages;

/// <summary>The same without a handler of its own, looked at by an agent.</summary>
internal static class MvcWithoutHandler
{
    public static Guest Guest { get; } = new("mvc-bare", GuestKind.Pages, "https://github.com/aspnet/Mvc/issues/6717", Build)
    {
        Listens = Listening.Diagnostics | Listening.Spans,
        Plays =
        [
            Play.Page("/"),
            Play.Page("/Home/Throw"),
            Play.Page("/Home/Broken"),
            Play.Page("/Home/BrokenLate") with { IsCut = true },
            Play.Page("/Home/NoView"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddControllersWithViews().WithOnly(typeof(HomeController));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.Mark("inside");
        app.MapDefaultControllerRoute();
        return app;
    }
}

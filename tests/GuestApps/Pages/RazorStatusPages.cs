using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class RazorStatusPages
{
    public static Guest Guest { get; } = new("razor-status-pages", GuestKind.Pages, "https://github.com/dotnet/AspNetCore.Docs/issues/34070", Build)
    {
        Plays = [Play.Page("/Missing"), Play.Page("/?handler=nothing"), Play.Page("/?break_=1"), Play.Get("/?break_=1"), Play.Page("/Status/404")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddRazorPages(pages => pages.RootDirectory = "/Pages/Razor");
        setup.Add(builder);
        var app = builder.Build();
        app.UseStatusCodePagesWithReExecute("/Status/{0}");
        setup.Use(app);
        app.UseRouting();
        app.MapRazorPages();
        return app;
    }
}

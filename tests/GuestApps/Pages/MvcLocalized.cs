using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class MvcLocalized
{
    public static Guest Guest { get; } = new("mvc-localized", GuestKind.Pages, "https://github.com/dotnet/aspnetcore/issues/3116", Build)
    {
        Plays = [Play.Page("/?culture=fr-FR"), Play.Page("/Home/Throw?culture=fr-FR"), Play.Get("/Home/Number/x?culture=fr-FR"), Play.Page("/Home/Error?culture=fr-FR")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddLocalization();
        builder.Services.AddControllersWithViews().WithOnly(typeof(HomeController)).AddViewLocalization().AddDataAnnotationsLocalization();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseExceptionHandler("/Home/Error");
        app.UseRequestLocalization("en-US", "fr-FR");
        app.MapDefaultControllerRoute();
        return app;
    }
}

using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class MvcReExecute
{
    public static Guest Guest { get; } = new("mvc-reexecute", GuestKind.Pages, "https://github.com/dotnet/aspnetcore/issues/16838", Build)
    {
        Plays = [Play.Page("/Shop/Gone"), Play.Page("/Missing/At/All"), Play.Page("/Shop/Unknown"), Play.Get("/Shop/Unknown"), Play.Page("/Shop/Known")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddControllersWithViews().WithOnly(typeof(ShopController));
        setup.Add(builder);
        var app = builder.Build();
        app.UseStatusCodePagesWithReExecute("/Shop/Status/{0}");
        setup.Use(app);
        app.UseRouting();
        app.MapDefaultControllerRoute();
        return app;
    }
}

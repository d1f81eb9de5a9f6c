using CrashShield.GuestApps.Pages.Blazor;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class BlazorTemplate
{
    public static Guest Guest { get; } = new("blazor", GuestKind.Pages, "dotnet new blazor", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Page("/"),
            Play.Page("/counter"),
            Play.Post("/_blazor/negotiate?negotiateVersion=1"),
            Play.Page("/nothing-here"),
            Play.Page("/missing/7"),
            Play.Page("/throwing"),
            Play.Get("/throwing"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/Error", createScopeForErrors: true);
            app.UseHsts();
        }

        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseHttpsRedirection();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}

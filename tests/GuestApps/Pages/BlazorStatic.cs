using CrashShield.GuestApps.Pages.Blazor;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

/// <summary>Pages without interactivity, some of them streamed.</summary>
internal static class BlazorStatic
{
    public static Guest Guest { get; } = new("blazor-static", GuestKind.Pages, "https://github.com/dotnet/aspnetcore/issues/51203", Build)
    {
        Plays =
        [
            Play.Page("/streaming"),
            Play.Page("/streaming/true"),
            Play.Page("/throwing"),
            Play.Page("/missing/7"),
            Play.Page("/nothing-here"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddRazorComponents();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseAntiforgery();
        app.MapRazorComponents<App>();
        return app;
    }
}

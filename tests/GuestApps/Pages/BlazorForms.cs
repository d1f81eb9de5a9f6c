using CrashShield.GuestApps.Pages.Blazor;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class BlazorForms
{
    private const string Token = @"__RequestVerificationToken"" value=""([^""]+)""";

    public static Guest Guest { get; } = new("blazor-forms", GuestKind.Pages, "https://github.com/dotnet/aspnetcore/issues/56893", Build)
    {
        Plays =
        [
            Play.Page("/order") with { Capture = Token },
            Play.Form("/order", "_handler=order&_posted.City=Oslo&__RequestVerificationToken={captured}"),
            Play.Form("/order", "_handler=order&_posted.City=bomb&__RequestVerificationToken={captured}"),
            Play.Form("/order", "_handler=other&__RequestVerificationToken={captured}"),
            Play.Form("/order", "_handler=order&_posted.City=Oslo"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddRazorComponents();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
        app.MapRazorComponents<App>();
        return app;
    }
}

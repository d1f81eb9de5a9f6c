using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class RazorForms
{
    private const string Token = @"__RequestVerificationToken"" type=""hidden"" value=""([^""]+)""";

    public static Guest Guest { get; } = new("razor-forms", GuestKind.Pages, "https://github.com/dotnet/aspnetcore/issues/2410", Build)
    {
        Plays =
        [
            Play.Form("/", "name=ann"),
            Play.Page("/") with { Capture = Token },
            Play.Form("/", "name=ann&__RequestVerificationToken={captured}"),
            Play.Form("/", "name=bomb&__RequestVerificationToken={captured}"),
            Play.Form("/", "name=ann&__RequestVerificationToken=x{captured}"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddRazorPages(pages => pages.RootDirectory = "/Pages/Razor");
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapRazorPages();
        return app;
    }
}

using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class MvcForms
{
    private const string Token = @"__RequestVerificationToken"" type=""hidden"" value=""([^""]+)""";

    public static Guest Guest { get; } = new("mvc-forms", GuestKind.Pages, "https://github.com/dotnet/aspnetcore/issues/3027", Build)
    {
        Plays =
        [
            Play.Form("/Home/Send", "text=hello"),
            Play.Page("/") with { Capture = Token },
            Play.Form("/Home/Send", "text=hello&__RequestVerificationToken={captured}"),
            Play.Page("/"),
            Play.Form("/Home/Send", "text=bomb&__RequestVerificationToken={captured}"),
            Play.Form("/Home/Send", "text=bomb&__RequestVerificationToken={captured}", "Accept: text/html"),
            Play.Page("/"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddControllersWithViews().WithOnly(typeof(HomeController));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapDefaultControllerRoute();
        return app;
    }
}

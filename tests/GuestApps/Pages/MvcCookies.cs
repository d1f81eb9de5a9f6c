using System.Security.Claims;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace CrashShield.GuestApps.Pages;

/// <summary>Signed in by cookie: a redirect to sign in, a cookie that is renewed, a failure while signed in.</summary>
internal static class MvcCookies
{
    public static Guest Guest { get; } = new("mvc-cookies", GuestKind.Pages, "dotnet new mvc --auth Individual, its cookies", Build)
    {
        Plays =
        [
            Play.Page("/Home/Index"),
            Play.Get("/sign-in"),
            Play.Page("/Home/Index"),
            Play.Page("/Home/Throw"),
            Play.Get("/sign-in-and-break"),
            Play.Get("/sign-out"),
            Play.Page("/Home/Index"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddControllersWithViews().WithOnly(typeof(HomeController));
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        builder.Services.AddAuthorization();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/sign-in", SignInAsync);
        app.MapGet("/sign-in-and-break", async context =>
        {
            await SignInAsync(context);
            throw new InvalidOperationException("signed in, and broken");
        });
        app.MapGet("/sign-out", (HttpContext context) => context.SignOutAsync());
        app.MapDefaultControllerRoute().RequireAuthorization();
        return app;
    }

    private static Task SignInAsync(HttpContext context) => context.SignInAsync(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ann")], CookieAuthenticationDefaults.AuthenticationScheme)));
}

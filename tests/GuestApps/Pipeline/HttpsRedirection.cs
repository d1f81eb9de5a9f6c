using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

internal static class HttpsRedirection
{
    public static Guest Guest { get; } = new("https-redirection", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/25221", Build)
    {
        IsShort = true,
        About = ["Middleware/Endpoints"],
        Plays = [Play.Get("/"), Play.Get("/health"), Play.Get("/healthz"), Play.Get("/readyz"), Play.Get("/broken", "X-Forwarded-Proto: https")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder("--HTTPS_PORT=443");
        builder.Services.AddHealthChecks();
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedProto);
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseForwardedHeaders();
        app.UseHsts();
        app.UseHttpsRedirection();
        app.MapHealthChecks("/health");
        app.MapGet("/", () => "home");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }
}

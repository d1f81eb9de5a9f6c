using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

/// <summary>Behind a proxy: a path base, forwarded headers, branches of the pipeline.</summary>
internal static class PathBases
{
    public static Guest Guest { get; } = new("path-base", GuestKind.Api, "dotnet/AspNetCore.Docs, behind a proxy", Build)
    {
        Plays =
        [
            Play.Get("/shop/"),
            Play.Get("/shop/broken"),
            Play.Get("/shop/healthz"),
            Play.Get("/healthz"),
            Play.Get("/shop/old/page"),
            Play.Get("/shop/old/broken"),
            Play.Get("/shop/address", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.All);
        setup.Add(builder);
        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UsePathBase("/shop");
        setup.Use(app);
        app.Map("/old", old => old.Run(context => context.Request.Path == "/broken"
            ? throw new InvalidOperationException("old and broken")
            : context.Response.WriteAsync($"old {context.Request.PathBase} {context.Request.Path}")));
        app.UseRouting();
        app.MapGet("/", (HttpRequest request) => $"{request.PathBase} {request.Path}");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/address", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Scheme} {context.Request.Host}");
        return app;
    }
}

using System.Threading.RateLimiting;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

internal static class RateLimiting
{
    public static Guest Guest { get; } = new("rate-limiter", GuestKind.Api, "dotnet/AspNetCore.Docs, rate limiting sample", Build)
    {
        About = ["Middleware/Admission"],
        Listens = Listening.Meters,
        Plays =
        [
            Play.Get("/fixed"),
            Play.Get("/fixed"),
            Play.Get("/fixed"),
            Play.Get("/broken"),
            Play.Get("/healthz"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = async (context, cancellationToken) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "3600";
                await context.HttpContext.Response.WriteAsync("slow down", cancellationToken);
            };
            limiter.AddPolicy("fixed", context => RateLimitPartition.GetFixedWindowLimiter(
                context.Request.Protocol, _ => new FixedWindowRateLimiterOptions { PermitLimit = 2, Window = TimeSpan.FromHours(1) }));
        });
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseRateLimiter();
        app.MapGet("/fixed", () => "fixed").RequireRateLimiting("fixed");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }
}

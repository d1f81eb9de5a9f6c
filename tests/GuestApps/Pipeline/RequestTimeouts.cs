using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Http.Timeouts;

namespace CrashShield.GuestApps.Pipeline;

internal static class RequestTimeouts
{
    public static Guest Guest { get; } = new("request-timeouts", GuestKind.Api, "dotnet/AspNetCore.Docs, request timeouts sample", Build)
    {
        Plays = [Play.Get("/slow"), Play.Get("/custom"), Play.Cut("/started"), Play.Get("/broken")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddRequestTimeouts(timeouts =>
        {
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(50) };
            timeouts.AddPolicy("custom", new RequestTimeoutPolicy
            {
                Timeout = TimeSpan.FromMilliseconds(50),
                TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
                WriteTimeoutResponse = context => context.Response.WriteAsync("custom timeout"),
            });
        });
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseRequestTimeouts();
        app.MapGet("/slow", WaitAsync);
        app.MapGet("/custom", WaitAsync).WithRequestTimeout("custom");
        app.MapGet("/started", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await ResponseHead.HasArrivedAsync();
            await WaitAsync(context.RequestAborted);
        });
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken")).DisableRequestTimeout();
        return app;
    }

    private static Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}

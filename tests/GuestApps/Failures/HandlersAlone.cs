using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.GuestApps.Failures;

/// <summary>Handlers and customized problem details without a middleware of the application's own: what stands in the place of the shield asks them.</summary>
internal static class HandlersAlone
{
    public static Guest Guest { get; } = new("handlers-alone", GuestKind.Api, "https://github.com/aspnet/Announcements/issues/524", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Listens = Listening.Meters | Listening.Diagnostics | Listening.Spans,
        Plays = [Play.Get("/handled"), Play.Get("/unhandled"), Play.Get("/not-found"), Play.Page("/unhandled")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Extensions["machine"] = "m1";
            context.ProblemDetails.Type = "https://errors.example/any";
        });
        builder.Services.AddExceptionHandler<OnlyIo>();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseStatusCodePages();
        app.MapGet("/handled", string () => throw new IOException("disk"));
        app.MapGet("/unhandled", string () => throw new InvalidOperationException("bug"));
        return app;
    }

    private sealed class OnlyIo : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is IOException)
                httpContext.Response.StatusCode = StatusCodes.Status507InsufficientStorage;
            return new(exception is IOException);
        }
    }
}

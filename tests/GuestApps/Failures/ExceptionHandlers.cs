using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.GuestApps.Failures;

internal static class ExceptionHandlers
{
    public static Guest Guest { get; } = new("exception-handlers", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/54554", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Listens = Listening.Meters | Listening.Diagnostics,
        Plays = [Play.Get("/argument"), Play.Get("/missing"), Play.Get("/other"), Play.Page("/argument"), Play.Get("/fine")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<BadArgument>();
        builder.Services.AddExceptionHandler<Missing>();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseExceptionHandler();
        app.MapGet("/argument", string () => throw new ArgumentException("not so"));
        app.MapGet("/missing", string () => throw new KeyNotFoundException("nobody"));
        app.MapGet("/other", string () => throw new NotSupportedException("never"));
        app.MapGet("/fine", () => "fine");
        return app;
    }

    private sealed class BadArgument(IProblemDetailsService problems) : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not ArgumentException)
                return new(false);

            httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
            return problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = { Title = "Argument", Detail = exception.Message } });
        }
    }

    private sealed class Missing(ILogger<Missing> logger) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not KeyNotFoundException)
                return false;

            logger.LogWarning("Missing: {Message}", exception.Message);
            httpContext.Response.StatusCode = StatusCodes.Status404NotFound;
            await httpContext.Response.WriteAsync("missing", cancellationToken);
            return true;
        }
    }
}

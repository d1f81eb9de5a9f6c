using System.Globalization;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.GuestApps.Pipeline;

internal static class Localization
{
    public static Guest Guest { get; } = new("localization", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/26206", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Get("/price?culture=de-DE"),
            Play.Get("/price", "Accept-Language: fr-FR"),
            Play.Get("/broken?culture=de-DE"),
            Play.Get("/handled?culture=de-DE"),
            Play.Page("/broken?culture=fr-FR"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddLocalization();
        builder.Services.AddExceptionHandler<InTheReadersLanguage>();
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions["language"] = CultureInfo.CurrentUICulture.Name);
        setup.Add(builder);
        var app = builder.Build();
        app.UseRequestLocalization("en-US", "de-DE", "fr-FR");
        setup.Use(app);
        app.MapGet("/price", () => 1234.5.ToString("C", CultureInfo.CurrentCulture));
        app.MapGet("/broken", string (ILogger<Guest> logger) =>
        {
            logger.LogInformation("Before the failure");
            throw new InvalidOperationException("broken");
        });
        app.MapGet("/handled", string () => throw new ArgumentException("handled"));
        return app;
    }

    private sealed class InTheReadersLanguage : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            SeenLog.Note($"handler: {CultureInfo.CurrentCulture.Name}");
            if (exception is ArgumentException)
                await httpContext.Response.WriteAsync($"{CultureInfo.CurrentUICulture.Name}: {1234.5.ToString("N1", CultureInfo.CurrentCulture)}", cancellationToken);
            return exception is ArgumentException;
        }
    }
}

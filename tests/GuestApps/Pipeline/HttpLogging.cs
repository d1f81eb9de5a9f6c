using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.HttpLogging;

namespace CrashShield.GuestApps.Pipeline;

internal static class HttpLogging
{
    public static Guest Guest { get; } = new("http-logging", GuestKind.Api, "dotnet/AspNetCore.Docs, HTTP logging sample", Build)
    {
        Plays = [Play.Get("/fine"), Play.Get("/broken"), Play.Post("/echo", """{"a":1}"""), Play.Get("/nothing"), Play.Get("/healthz")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder("--Logging:LogLevel:Microsoft.AspNetCore.HttpLogging=Information", "--Logging:LogLevel:Microsoft.AspNetCore.Hosting=Information");
        builder.Services.AddHttpLogging(logging =>
        {
            logging.LoggingFields = HttpLoggingFields.RequestMethod | HttpLoggingFields.RequestPath | HttpLoggingFields.ResponseStatusCode | HttpLoggingFields.RequestBody | HttpLoggingFields.ResponseBody;
            logging.CombineLogs = true;
        });
        setup.Add(builder);
        var app = builder.Build();
        app.UseHttpLogging();
        setup.Use(app);
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapPost("/echo", (Dictionary<string, int> body) => body);
        return app;
    }
}

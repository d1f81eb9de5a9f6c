using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Templates;

internal static class AspireApiService
{
    public static Guest Guest { get; } = new("aspire-apiservice", GuestKind.Api, "dotnet new aspire-starter, ApiService", Build)
    {
        IsShort = true,
        Listens = Listening.Spans,
        About = ["Hosting/Telemetry"],
        Plays = [Play.Get("/"), Play.Get("/weatherforecast"), Play.Get("/health"), Play.Get("/alive"), Play.Get("/openapi/v1.json"), Play.Get("/broken")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseExceptionHandler();
        if (app.Environment.IsDevelopment())
            app.MapOpenApi();
        app.MapGet("/", () => "API service is running.");
        app.MapGet("/weatherforecast", () => new[] { 1, 2, 3 }.Select(day => new { day, temperatureC = day * 7 }));
        app.MapGet("/broken", string () => throw new TimeoutException("no weather"));
        app.MapDefaultEndpoints();
        return app;
    }
}

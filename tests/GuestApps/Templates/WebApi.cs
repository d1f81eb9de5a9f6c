using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Templates;

internal static class WebApi
{
    private static readonly string[] Summaries = ["Freezing", "Bracing", "Chilly", "Cool", "Mild"];

    public static Guest Guest { get; } = new("webapi", GuestKind.Api, "dotnet new webapi", Build)
    {
        Plays =
        [
            Play.Get("/weatherforecast"),
            Play.Get("/weatherforecast", "Accept: application/xml"),
            Play.Get("/openapi/v1.json"),
            Play.Get("/weatherforecast/7"),
            Play.Send("DELETE", "/weatherforecast"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddOpenApi();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        if (app.Environment.IsDevelopment())
            app.MapOpenApi();
        app.UseHttpsRedirection();
        app.MapGet("/weatherforecast", () => Summaries.Select((summary, day) => new Forecast(day, day * 5, summary))).WithName("GetWeatherForecast");
        return app;
    }

    private sealed record Forecast(int Day, int TemperatureC, string Summary);
}

using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class WebApiControllers
{
    public static Guest Guest { get; } = new("webapi-controllers", GuestKind.Pages, "dotnet new webapi --use-controllers", Build)
    {
        IsShort = true,
        Plays =
        [
            Play.Get("/Forecast"),
            Play.Get("/Forecast/9"),
            Play.Get("/Forecast/throw"),
            Play.Get("/Forecast/bad"),
            Play.Get("/Forecast/query?size=x"),
            Play.Get("/Forecast/problem"),
            Play.Post("/Forecast", """{"day":9}"""),
            Play.Post("/Forecast", """{"day":1,"summary":"mild"}"""),
            Play.Post("/Forecast", "{"),
            Play.Post("/Forecast", "day=1") with { ContentType = "text/csv" },
            Play.Get("/openapi/v1.json"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddControllers().WithOnly(typeof(ForecastController));
        builder.Services.AddOpenApi();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        if (app.Environment.IsDevelopment())
            app.MapOpenApi();
        app.UseHttpsRedirection();
        app.UseAuthorization();
        app.MapControllers();
        return app;
    }
}

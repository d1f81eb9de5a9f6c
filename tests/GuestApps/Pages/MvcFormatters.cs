using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Mvc;

namespace CrashShield.GuestApps.Pages;

/// <summary>Content negotiation, and problem details of the application's own making.</summary>
internal static class MvcFormatters
{
    public static Guest Guest { get; } = new("mvc-formatters", GuestKind.Pages, "https://github.com/dotnet/aspnetcore/issues/58441, its controllers", Build)
    {
        Plays =
        [
            Play.Get("/Forecast", "Accept: application/xml"),
            Play.Get("/Forecast", "Accept: image/png"),
            Play.Get("/Forecast/throw", "Accept: application/xml"),
            Play.Post("/Forecast", """{"day":9}"""),
            Play.Get("/Forecast/problem"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddControllers(mvc => mvc.ReturnHttpNotAcceptable = true)
            .WithOnly(typeof(ForecastController))
            .AddXmlSerializerFormatters()
            .ConfigureApiBehaviorOptions(api =>
            {
                api.InvalidModelStateResponseFactory = context => new UnprocessableEntityObjectResult(context.ModelState.Count);
                api.ClientErrorMapping[StatusCodes.Status404NotFound].Link = "https://errors.example/404";
            });
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapControllers();
        return app;
    }
}

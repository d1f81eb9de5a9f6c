using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

internal static class CrossOrigin
{
    private const string Origin = "Origin: https://shop.example";

    public static Guest Guest { get; } = new("cors", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/2378", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions", "Middleware/Admission"],
        Plays =
        [
            Play.Get("/fine", Origin),
            Play.Send("OPTIONS", "/fine", null, Origin, "Access-Control-Request-Method: GET"),
            Play.Send("OPTIONS", "/broken", null, Origin, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-api-key"),
            Play.Get("/broken", Origin),
            Play.Get("/broken", "Origin: https://evil.example"),
            Play.Get("/broken"),
            Play.Get("/nothing", Origin),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddCors(options => options.AddDefaultPolicy(policy =>
            policy.WithOrigins("https://shop.example").AllowAnyHeader().AllowAnyMethod().AllowCredentials().WithExposedHeaders("X-Total")));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseCors();
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }
}

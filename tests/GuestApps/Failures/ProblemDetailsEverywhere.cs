using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Failures;

internal static class ProblemDetailsEverywhere
{
    public static Guest Guest { get; } = new("problem-details", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/63331", Build)
    {
        Plays =
        [
            Play.Post("/numbers", """{"number":"a"}"""),
            Play.Get("/conflict"),
            Play.Get("/invalid"),
            Play.Get("/nothing"),
            Play.Get("/broken"),
            Play.Get("/broken", "Accept: application/xml"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Instance = $"{context.HttpContext.Request.Method} {context.HttpContext.Request.Path}");
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = exception => exception is TimeoutException ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages();
        app.MapPost("/numbers", (Number number) => number);
        app.MapGet("/conflict", () => Results.Conflict());
        app.MapGet("/invalid", () => Results.ValidationProblem(new Dictionary<string, string[]> { ["name"] = ["is required"] }));
        app.MapGet("/broken", string () => throw new TimeoutException("late"));
        return app;
    }

    private sealed record Number(int Value);
}

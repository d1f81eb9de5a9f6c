using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.GuestApps.Failures;

internal static class ErrorLambda
{
    public static Guest Guest { get; } = new("error-lambda", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/10993", Build)
    {
        Plays = [Play.Get("/http"), Play.Get("/other"), Play.Get("/not-written"), Play.Page("/other")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseExceptionHandler(error => error.Run(AnswerAsync));
        app.MapGet("/http", string () => throw new BadHttpRequestException("teapot", StatusCodes.Status418ImATeapot));
        app.MapGet("/other", string () => throw new InvalidOperationException("other"));
        app.MapGet("/not-written", string () => throw new NotImplementedException("nothing is written"));
        return app;
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()!.Error;
        context.RequestServices.GetRequiredService<ILogger<Guest>>().LogError("Caught {Message}", error.Message);
        if (error is NotImplementedException)
            return Task.CompletedTask;
        context.Response.StatusCode = (error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError;
        return context.Response.WriteAsJsonAsync(new { error = error.Message });
    }
}

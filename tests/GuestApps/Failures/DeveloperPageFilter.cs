using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.GuestApps.Failures;

/// <summary>A filter of the developer page, as the one for databases' migrations is.</summary>
internal static class DeveloperPageFilter
{
    public static Guest Guest { get; } = new("developer-page", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/54433", Build)
    {
        About = ["Middleware/Exceptions"],
        Listens = Listening.Diagnostics,
        Plays = [Play.Page("/broken"), Play.Get("/broken"), Play.Page("/started") with { IsCut = true }, Play.Page("/fine")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddSingleton<IDeveloperPageExceptionFilter, Noting>();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        if (app.Environment.IsDevelopment())
            app.UseDeveloperExceptionPage();
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/fine", () => "fine");
        app.MapGet("/started", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await ResponseHead.HasArrivedAsync();
            throw new InvalidOperationException("started");
        });
        return app;
    }

    private sealed class Noting : IDeveloperPageExceptionFilter
    {
        public Task HandleExceptionAsync(ErrorContext errorContext, Func<ErrorContext, Task> next)
        {
            SeenLog.Note($"developer page: {errorContext.Exception.Message}");
            return next(errorContext);
        }
    }
}

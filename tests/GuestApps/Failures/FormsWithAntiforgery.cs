using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace CrashShield.GuestApps.Failures;

internal static class FormsWithAntiforgery
{
    public static Guest Guest { get; } = new("antiforgery", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/58441", Build)
    {
        Plays =
        [
            Play.Form("/todo", "name=milk"),
            Play.Get("/form") with { Capture = @"value=""([^""]+)""" },
            Play.Form("/todo", "name=milk&__RequestVerificationToken={captured}"),
            Play.Form("/todo", "name=milk&__RequestVerificationToken=forged"),
            Play.Form("/todo", "__RequestVerificationToken={captured}"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddAntiforgery();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseAntiforgery();
        app.MapGet("/form", (HttpContext context, IAntiforgery antiforgery) =>
        {
            var token = antiforgery.GetAndStoreTokens(context);
            return Results.Content($"""<form><input name="{token.FormFieldName}" value="{token.RequestToken}"/></form>""", "text/html");
        });
        app.MapPost("/todo", ([FromForm] string name) => name);
        return app;
    }
}

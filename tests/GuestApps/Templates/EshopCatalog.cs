using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CrashShield.GuestApps.Templates;

internal static class EshopCatalog
{
    public static Guest Guest { get; } = new("eshop-catalog", GuestKind.Api, "eShop, Catalog.API", Build)
    {
        Plays =
        [
            Play.Get("/api/catalog/items/1?api-version=1.0"),
            Play.Get("/api/catalog/items/0?api-version=1.0"),
            Play.Get("/api/catalog/items/99?api-version=1.0"),
            Play.Get("/api/catalog/items/1?api-version=9.0"),
            Play.Get("/api/catalog/items/1"),
            Play.Get("/api/catalog/items/1/pic?api-version=1.0"),
            Play.Get("/alive"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Services.AddProblemDetails();
        builder.Services.AddApiVersioning();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapDefaultEndpoints();
        app.UseStatusCodePages();
        var catalog = app.NewVersionedApi("Catalog").MapGroup("api/catalog").HasApiVersion(1, 0);
        catalog.MapGet("/items/{id:int}", GetItem);
        catalog.MapGet("/items/{id:int}/pic", PhysicalFileHttpResult (int id) => throw new FileNotFoundException("no picture", $"{id}.webp"));
        return app;
    }

    private static Results<Ok<string>, NotFound, BadRequest<ProblemDetails>> GetItem(int id) => id switch
    {
        <= 0 => TypedResults.BadRequest(new ProblemDetails { Detail = "Id is not valid" }),
        > 10 => TypedResults.NotFound(),
        _ => TypedResults.Ok($"item {id}"),
    };
}

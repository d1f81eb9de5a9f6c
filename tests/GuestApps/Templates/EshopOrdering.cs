using System.Security.Claims;
using CrashShield.GuestApps.Pipeline;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Templates;

internal static class EshopOrdering
{
    public static Guest Guest { get; } = new("eshop-ordering", GuestKind.Api, "eShop, Ordering.API", Build)
    {
        Plays =
        [
            Play.Post("/api/orders", """{"city":"Oslo"}""", "x-requestid: 8f14e45f-ceea-467f-a8d1-000000000001", "X-User: ann"),
            Play.Post("/api/orders", """{"city":"Oslo"}""", "x-requestid: 8f14e45f-ceea-467f-a8d1-000000000001"),
            Play.Post("/api/orders", """{"city":"Oslo"}""", "X-User: ann"),
            Play.Post("/api/orders", """{"city":""", "x-requestid: 8f14e45f-ceea-467f-a8d1-000000000001", "X-User: ann"),
            Play.Post("/api/orders", """{"city":"Atlantis"}""", "x-requestid: 8f14e45f-ceea-467f-a8d1-000000000001", "X-User: ann"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Services.AddProblemDetails();
        builder.Services.AddAuthentication(HeaderAuthentication.Scheme).AddScheme<HeaderAuthenticationOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, null);
        builder.Services.AddAuthorization();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapDefaultEndpoints();
        app.MapGroup("/api/orders").RequireAuthorization().MapPost("/", Create);
        return app;
    }

    // As a pipeline of commands: logged, validated, carried out.
    private static Microsoft.AspNetCore.Http.HttpResults.Ok Create([Microsoft.AspNetCore.Mvc.FromHeader(Name = "x-requestid")] Guid requestId, Order order, ClaimsPrincipal user, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("Ordering");
        using var scope = logger.BeginScope(new KeyValuePair<string, object?>[] { new("IdentifiedCommandId", requestId) });
        logger.LogInformation("Sending command for {City} of {User}", order.City, user.Identity?.Name);
        if (order.City == "Atlantis")
            throw new OrderingDomainException("There is no such city.");

        SeenLog.Note($"ordered for {order.City}");
        return TypedResults.Ok();
    }

    private sealed record Order(string City);

    private sealed class OrderingDomainException(string message) : Exception(message);
}

using CrashShield.GuestApps.Pipeline;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Templates;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.GuestApps.Calls;

internal static class EshopBasket
{
    public static Guest Guest { get; } = new("eshop-basket", GuestKind.Realtime, "eShop, Basket.API", Build)
    {
        Listens = Listening.Spans,
        Plays =
        [
            Play.Grpc("/greet.Greeter/SayHello", "ann", "X-User: ann"),
            Play.Grpc("/greet.Greeter/SayHello", "ann"),
            Play.Grpc("/greet.Greeter/SayHello", "ann", "X-User: broken"),
            Play.Grpc("/greet.Greeter/SayHello", "broken", "X-User: ann"),
            Play.Grpc("/grpc.health.v1.Health/Check", ""),
            Play.Get("/health"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Services.AddGrpc();
        builder.Services.AddGrpcHealthChecks().AddCheck("basket", () => HealthCheckResult.Healthy());
        // What the service looked at last is a matter of chance otherwise.
        builder.Services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.Zero);
        builder.Services.AddAuthentication(HeaderAuthentication.Scheme).AddScheme<HeaderAuthenticationOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, null);
        builder.Services.AddAuthorization();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapDefaultEndpoints();
        app.MapGrpcService<GreeterService>().RequireAuthorization();
        app.MapGrpcHealthChecksService();
        return app;
    }
}

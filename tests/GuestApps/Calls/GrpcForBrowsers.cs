using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Calls;

/// <summary>The service for browsers too: gRPC-Web, and JSON.</summary>
internal static class GrpcForBrowsers
{
    public static Guest Guest { get; } = new("grpc-web-json", GuestKind.Realtime, "https://github.com/protobuf-net/protobuf-net.Grpc/issues/169", Build)
    {
        Plays =
        [
            Play.Get("/v1/greeter/ann"),
            Play.Get("/v1/greeter/broken"),
            Play.Get("/v1/greeter/unknown"),
            Web("ann"),
            Web("broken"),
            Web("unknown"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddGrpc().AddJsonTranscoding();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.MapGrpcService<GreeterService>();
        return app;
    }

    private static Play Web(string name) => Play.Post("/greet.Greeter/SayHello", null, "X-Grpc-Web: 1", $"X-Name: {name}") with
    {
        Bytes = GrpcMessage.Of(name),
        ContentType = "application/grpc-web",
    };
}

using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Calls;

internal static class GreeterTemplate
{
    public static Guest Guest { get; } = new("grpc", GuestKind.Realtime, "dotnet new grpc", Build)
    {
        IsShort = true,
        About = ["Grpc", "Middleware/Exceptions", "Middleware/Grpc"],
        Plays =
        [
            Play.Grpc("/greet.Greeter/SayHello", "ann"),
            Play.Grpc("/greet.Greeter/SayHello", "broken"),
            Play.Grpc("/greet.Greeter/SayHello", "unknown"),
            Play.Grpc("/greet.Greeter/SayHellos", "ann"),
            Play.Grpc("/greet.Greeter/SayHellos", "broken"),
            Play.Grpc("/greet.Greeter/Missing", "ann"),
            Play.Grpc("/missing.Service/Call", "ann"),
            Play.Grpc("/greet.Greeter/SayHello", "ann", "grpc-timeout: 0S"),
            Play.Get("/"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddGrpc();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGrpcService<GreeterService>();
        app.MapGet("/", () => "Communication with gRPC endpoints must be made through a gRPC client.");
        return app;
    }
}

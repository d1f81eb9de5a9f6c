using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Calls;

/// <summary>Failures around the service: in middleware, in authorization, in what makes the service.</summary>
internal static class GrpcErrors
{
    public static Guest Guest { get; } = new("grpc-errors", GuestKind.Realtime, "https://github.com/grpc/grpc-dotnet/issues/340", Build)
    {
        About = ["Grpc", "Middleware/Exceptions", "Middleware/Grpc"],
        Listens = Listening.Meters,
        Plays =
        [
            Play.Grpc("/greet.Greeter/SayHello", "ann", "x-break: middleware"),
            Play.Grpc("/greet.Greeter/SayHello", "ann", "x-break: late"),
            Play.Grpc("/greet.Greeter/SayHello", "ann"),
            Play.Grpc("/greet.Greeter/SayHello", "broken"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddGrpc(grpc => grpc.EnableDetailedErrors = builder.Environment.IsDevelopment());
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers["x-break"] == "middleware")
                throw new InvalidOperationException("middleware");
            await next(context);
            if (context.Request.Headers["x-break"] == "late")
                throw new InvalidOperationException("late");
        });
        app.MapGrpcService<GreeterService>();
        return app;
    }
}

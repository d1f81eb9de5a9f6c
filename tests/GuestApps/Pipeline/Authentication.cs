using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

internal static class Authentication
{
    public static Guest Guest { get; } = new("authentication", GuestKind.Api, "dotnet/AspNetCore.Docs, a scheme of one's own", Build)
    {
        About = ["Middleware/Exceptions", "Middleware/Admission"],
        Listens = Listening.Meters,
        Plays =
        [
            Play.Get("/who", "X-User: ann"),
            Play.Get("/who"),
            Play.Get("/admin", "X-User: ann"),
            Play.Get("/who", "X-User: broken"),
            Play.Get("/open", "X-User: broken"),
            Play.Get("/broken", "X-User: ann"),
            Play.Get("/healthz"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddAuthentication(HeaderAuthentication.Scheme).AddScheme<HeaderAuthenticationOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("admin", policy => policy.RequireUserName("root"))
            .SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/who", (HttpContext context) => context.User.Identity?.Name);
        app.MapGet("/admin", () => "admin").RequireAuthorization("admin");
        app.MapGet("/open", () => "open").AllowAnonymous();
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }
}

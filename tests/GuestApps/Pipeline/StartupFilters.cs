using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Pipeline;

/// <summary>Startup filters of libraries and of the application, before and after the shield is added.</summary>
internal static class StartupFilters
{
    public static Guest Guest { get; } = new("startup-filters", GuestKind.Api, "dotnet/AspNetCore.Docs, startup filters", Build)
    {
        About = ["Middleware"],
        Plays = [Play.Get("/broken"), Play.Get("/fine"), Play.Get("/filter-breaks")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddTransient<IStartupFilter>(_ => new Marking("early filter"));
        setup.Add(builder);
        builder.Services.AddTransient<IStartupFilter>(_ => new Marking("late filter"));
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }

    private sealed class Marking(string name) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Mark(name);
            app.Use((context, further) => context.Request.Path == "/filter-breaks" ? throw new InvalidOperationException(name) : further(context));
            next(app);
        };
    }
}

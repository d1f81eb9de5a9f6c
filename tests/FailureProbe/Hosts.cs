namespace CrashShield.FailureProbe;

/// <summary>The kinds of hosts, by the name that the tests give.</summary>
internal static class Hosts
{
    public static IHost Build(string kind, string failure, string[] settings) => kind switch
    {
        "worker" or "console" => Worker(failure, settings),
        "web" => Web(failure, settings),
        "startup" => Startup(failure, settings),
        _ => throw new ArgumentException($"There is no host '{kind}'.", nameof(kind)),
    };

    private static IHost Worker(string failure, string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(settings);
        builder.Services.AddCrashShield(builder.Configuration);
        Failures.Add(builder.Services, failure);
        return builder.Build();
    }

    private static WebApplication Web(string failure, string[] settings)
    {
        var builder = WebApplication.CreateBuilder(settings);
        builder.AddCrashShield();
        Failures.Add(builder.Services, failure);
        var app = builder.Build();
        app.UseCrashShield();
        return app;
    }

    // Its endpoints are mapped when its server starts.
    private static IHost Startup(string failure, string[] settings) => Host.CreateDefaultBuilder(settings)
        .ConfigureServices((context, services) =>
        {
            services.AddCrashShield(context.Configuration);
            services.AddCrashShieldMiddleware();
            Failures.Add(services, failure);
        })
        .ConfigureWebHostDefaults(web => web.Configure(app =>
        {
            app.UseCrashShield();
            app.UseRouting();
            app.UseEndpoints(routes => routes.MapCrashShield());
        }))
        .Build();
}

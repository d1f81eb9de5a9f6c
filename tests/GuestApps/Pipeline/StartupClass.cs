using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Pipeline;

/// <summary>As before .NET 6: a <c>Startup</c> class, which routes by itself.</summary>
internal static class StartupClass
{
    public static Guest Guest { get; } = new("startup-class", GuestKind.Api, "https://github.com/prometheus-net/prometheus-net/issues/190", setup => Build(setup))
    {
        IsShort = true,
        About = ["Middleware"],
        Plays = [Play.Get("/"), Play.Get("/broken"), Play.Page("/broken"), Play.Get("/middleware"), Play.Get("/nothing"), Play.Get("/healthz")],
    };

    private static IHost Build(GuestSetup setup) => setup.CreateDefaultBuilder(web => web
        .ConfigureServices((context, services) =>
        {
            services.AddRouting();
            setup.Add(services, context.Configuration);
        })
        .Configure((context, app) =>
        {
            if (context.HostingEnvironment.IsDevelopment())
                app.UseDeveloperExceptionPage();
            app.Mark("before");
            setup.Use(app);
            app.Mark("after");
            app.Use((http, next) => http.Request.Path == "/middleware" ? throw new InvalidOperationException("middleware") : next(http));
            app.UseRouting();
            app.UseEndpoints(endpoints =>
            {
                endpoints.MapGet("/", http => http.Response.WriteAsync("Hello World!"));
                endpoints.MapGet("/broken", _ => throw new InvalidOperationException("broken"));
                setup.Map(endpoints);
            });
        })).Build();
}

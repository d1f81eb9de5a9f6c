using System.Net;
using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CrashShield.GuestApps.Running;

/// <summary>What an application is built with: its builder, and what it puts in the place of the shield.</summary>
internal sealed class GuestSetup(ShieldVariant variant, string environment)
{
    public string Environment { get; } = environment;

    public static GuestSetup Of(IConfiguration arguments) => new(
        Enum.Parse<ShieldVariant>(arguments["shield"] ?? nameof(ShieldVariant.None), ignoreCase: true),
        arguments["environment"] ?? Environments.Production);

    /// <summary>As <c>WebApplication.CreateBuilder(args)</c>, with two ports of 127.0.0.1 and a log that is kept.</summary>
    /// <param name="settings">Settings as on the command line: <c>--Key=value</c>.</param>
    public WebApplicationBuilder CreateBuilder(params string[] settings) => Observed(WebApplication.CreateBuilder(Options(settings)));

    /// <summary>As <c>WebApplication.CreateSlimBuilder(args)</c>.</summary>
    public WebApplicationBuilder CreateSlimBuilder(params string[] settings) => Observed(WebApplication.CreateSlimBuilder(Options(settings)));

    /// <summary>As <c>Host.CreateApplicationBuilder(args)</c>, for a worker.</summary>
    public HostApplicationBuilder CreateHostBuilder(params string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = settings,
            EnvironmentName = Environment,
            ContentRootPath = AppContext.BaseDirectory,
        });
        KeepLog(builder.Logging);
        return builder;
    }

    /// <summary>As <c>Host.CreateDefaultBuilder(args)</c>, for a <c>Startup</c> class.</summary>
    public IHostBuilder CreateDefaultBuilder(Action<IWebHostBuilder> web, params string[] settings) => Host.CreateDefaultBuilder(settings)
        .UseEnvironment(Environment)
        .UseContentRoot(AppContext.BaseDirectory)
        .ConfigureLogging(KeepLog)
        .ConfigureWebHostDefaults(host =>
        {
            web(host);
            host.ConfigureKestrel(Listen);
            host.ConfigureServices(CountRequests);
        });

    /// <summary>In the place of <c>builder.AddCrashShield()</c>.</summary>
    public void Add(WebApplicationBuilder builder)
    {
        if (variant == ShieldVariant.Shield)
            builder.AddCrashShield();
        else
            AddHandler(builder.Services);
    }

    /// <summary>In the place of <c>services.AddCrashShield(configuration)</c>, for a host without a web application's builder.</summary>
    public void Add(IServiceCollection services, IConfiguration configuration, bool isWeb = true)
    {
        if (variant != ShieldVariant.Shield)
            AddHandler(services, isWeb);
        else if (isWeb)
            services.AddCrashShield(configuration).AddCrashShieldMiddleware();
        else
            services.AddCrashShield(configuration);
    }

    /// <summary>In the place of <c>app.UseCrashShield()</c>.</summary>
    public void Use(IApplicationBuilder app)
    {
        if (variant == ShieldVariant.Shield)
            app.UseCrashShield();
        else if (variant == ShieldVariant.Handler)
            app.UseExceptionHandler();
    }

    /// <summary>In the place of <c>endpoints.MapCrashShield()</c>, which only a <c>Startup</c> class calls.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        if (variant == ShieldVariant.Shield)
            endpoints.MapCrashShield();
    }

    private void AddHandler(IServiceCollection services, bool isWeb = true)
    {
        if (variant == ShieldVariant.Handler && isWeb)
            services.AddProblemDetails();
    }

    private WebApplicationOptions Options(string[] settings) => new()
    {
        Args = settings,
        EnvironmentName = Environment,
        ContentRootPath = AppContext.BaseDirectory,
    };

    private static WebApplicationBuilder Observed(WebApplicationBuilder builder)
    {
        KeepLog(builder.Logging);
        builder.WebHost.ConfigureKestrel(Listen);
        CountRequests(builder.Services);
        return builder;
    }

    private static void KeepLog(ILoggingBuilder logging) => logging.ClearProviders().AddProvider(new RecordingLoggerProvider());

    private static void Listen(KestrelServerOptions server)
    {
        server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
    }

    private static void CountRequests(IServiceCollection services)
    {
        var server = services.Last(service => service.ServiceType == typeof(IServer));
        services.Replace(ServiceDescriptor.Singleton<IServer>(provider =>
            new CountingServer((IServer)ActivatorUtilities.CreateInstance(provider, server.ImplementationType!))));
    }
}

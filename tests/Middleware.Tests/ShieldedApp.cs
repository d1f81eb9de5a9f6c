using System.Net;
using CrashShield.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Middleware.Tests;

/// <summary>A web application on real Kestrel, one port for HTTP/1.1 and one for HTTP/2, with all that it logs and counts.</summary>
internal sealed class ShieldedApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ShieldedApp(WebApplication app, LogCollector log, ExceptionCounts counts)
    {
        _app = app;
        Log = log;
        Counts = counts;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Http1 = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        Http2 = new HttpClient
        {
            BaseAddress = new Uri(addresses[1]),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public HttpClient Http1 { get; }

    public HttpClient Http2 { get; }

    public LogCollector Log { get; }

    public ExceptionCounts Counts { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ShieldedApp> StartAsync(
        Action<WebApplication> configure,
        Action<CrashShieldOptions>? options = null,
        Action<WebApplicationBuilder>? build = null,
        string environment = "Production",
        Action<WebApplicationBuilder>? before = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        var log = new LogCollector();
        builder.Logging.AddProvider(log);
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        before?.Invoke(builder);
        builder.AddCrashShield(shield =>
        {
            // Tests run side by side on few cores, where a refusal would be right but not what they are about.
            shield.Admission.Enabled = false;
            options?.Invoke(shield);
        });
        build?.Invoke(builder);

        var app = builder.Build();
        configure(app);
        var counts = new ExceptionCounts(app.Services);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, log, counts);
    }

    /// <summary>An application whose one route, <c>/fail</c>, is given.</summary>
    public static Task<ShieldedApp> StartAsync(
        Delegate endpoint,
        Action<CrashShieldOptions>? options = null,
        Action<WebApplicationBuilder>? build = null,
        string environment = "Production") => StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGet("/fail", endpoint);
            },
            options, build, environment);

    /// <summary>Stops it once somebody asks for that, as <c>Run()</c> does.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        Http1.Dispose();
        Http2.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Counts.Dispose();
    }
}

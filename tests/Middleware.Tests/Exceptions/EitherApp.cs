using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>An application with ASP.NET Core's own exception handler, or with CrashShield in its place: who listens hears the same of either.</summary>
internal sealed class EitherApp : IAsyncDisposable, IObserver<KeyValuePair<string, object?>>
{
    private const string Duration = "http.server.request.duration";

    private readonly WebApplication _app;
    private readonly MeterListener _meters = new();
    private readonly IDisposable _subscription;

    private EitherApp(WebApplication app, LogCollector log)
    {
        (_app, Log) = (app, log);
        var addresses = app.Urls.ToArray();
        Http1 = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        Http2 = new HttpClient
        {
            BaseAddress = new Uri(addresses[1]), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _subscription = app.Services.GetRequiredService<DiagnosticListener>().Subscribe(this);
        var scope = app.Services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name is Duration or "aspnetcore.diagnostics.exceptions" && ReferenceEquals(instrument.Meter.Scope, scope))
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Counts.Enqueue($"{value} {instrument.Unit}: {Text(tags)}"));
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Durations.Enqueue(Text(tags)));
        _meters.Start();
    }

    public HttpClient Http1 { get; }

    public HttpClient Http2 { get; }

    public LogCollector Log { get; }

    /// <summary>The diagnostic events of exceptions, with what they tell.</summary>
    public ConcurrentQueue<string> Events { get; } = [];

    /// <summary>What was counted on <c>aspnetcore.diagnostics.exceptions</c>.</summary>
    public ConcurrentQueue<string> Counts { get; } = [];

    /// <summary>The tags of <c>http.server.request.duration</c>, for each request that has ended.</summary>
    public ConcurrentQueue<string> Durations { get; } = [];

    public static async Task<EitherApp> StartAsync(
        bool shielded, Delegate endpoint, Action<IServiceCollection>? add = null, Action<WebApplication>? outside = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        var log = new LogCollector();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddProblemDetails();
        add?.Invoke(builder.Services);
        if (shielded)
            builder.AddCrashShield(shield => shield.Admission.Enabled = false);
        var app = builder.Build();
        outside?.Invoke(app);
        if (shielded)
            app.UseCrashShield();
        else
            app.UseExceptionHandler();
        app.MapGet("/fail", endpoint);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, log);
    }

    /// <summary>The entries of the failure itself, by whoever stands in the place.</summary>
    public LogCollector.Entry[] FailureEntries() =>
        [.. Log.All.Where(entry => entry.EventId.Name is "RequestFailed" || (entry.EventId.Name == "UnhandledException" && entry.Category.Contains("Diagnostics", StringComparison.Ordinal)))];

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (!value.Key.EndsWith("Exception", StringComparison.Ordinal))
            return;
        var payload = value.Value!.GetType();
        var context = (HttpContext)payload.GetProperty("httpContext")!.GetValue(value.Value)!;
        Events.Enqueue($"{value.Key} {payload.GetProperty("exception")!.GetValue(value.Value)!.GetType()} {context.Request.Path} {context.Response.StatusCode}");
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public async ValueTask DisposeAsync()
    {
        Http1.Dispose();
        Http2.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _subscription.Dispose();
        _meters.Dispose();
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order());
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using OpenTelemetry.Trace;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>Who listens to the framework's exception handler hears the same from ours: each test runs with either.</summary>
public class FrameworkDiagnosticsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task EventsAndCountsAreThoseOfTheFrameworksHandler(bool shielded, bool handles)
    {
        var events = new ConcurrentQueue<string>();
        var counts = new ConcurrentQueue<string>();
        await using var app = await StartAsync(shielded, handles);
        using var subscription = app.Services.GetRequiredService<DiagnosticListener>().Subscribe(new Listener(events));
        using var meters = Listen(app.Services, counts);

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        (await client.GetAsync("/fail", Cancelled)).Dispose();
        await Deadline(() => !counts.IsEmpty);
        await app.StopAsync(Cancelled);

        Assert.Equal(handles ? [] : ["Microsoft.AspNetCore.Diagnostics.HandledException System.InvalidOperationException /fail 500"], events);
        // The framework names its own writer; ours has no name that anybody knows.
        var handler = handles ? $" aspnetcore.diagnostics.handler.type={typeof(Handler).FullName}" : shielded ? "" : " aspnetcore.diagnostics.handler.type=Microsoft.AspNetCore.Http.ProblemDetailsService";
        Assert.Equal([$"1 {{exception}}: aspnetcore.diagnostics.exception.result=handled{handler} error.type=System.InvalidOperationException"], counts);
    }

    [Fact]
    public async Task OpenTelemetrysEnrichmentIsCalled()
    {
        var enriched = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException("no"),
            build: builder => builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddAspNetCoreInstrumentation(
                instrumentation => instrumentation.EnrichWithException = (activity, exception) => enriched.TrySetResult(activity.OperationName + " " + exception.Message))));
        (await app.Http1.GetAsync("/fail", Cancelled)).Dispose();
        Assert.Equal("Microsoft.AspNetCore.Hosting.HttpRequestIn no", await enriched.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled));
    }

    private static async Task<WebApplication> StartAsync(bool shielded, bool handles)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (handles)
            builder.Services.AddExceptionHandler<Handler>();
        builder.Services.AddProblemDetails();
        if (shielded)
            builder.AddCrashShield();
        var app = builder.Build();
        if (shielded)
            app.UseCrashShield();
        else
            app.UseExceptionHandler();
        app.MapGet("/fail", string () => throw new InvalidOperationException("no"));
        await app.StartAsync(Cancelled);
        return app;
    }

    private static MeterListener Listen(IServiceProvider services, ConcurrentQueue<string> counts)
    {
        var scope = services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "aspnetcore.diagnostics.exceptions" && ReferenceEquals(instrument.Meter.Scope, scope))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counts.Enqueue($"{value} {instrument.Unit}: {string.Join(" ", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order())}"));
        listener.Start();
        return listener;
    }

    private static async Task Deadline(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
            await Task.Delay(1, deadline.Token);
    }

    private sealed class Handler : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            await httpContext.Response.WriteAsync("handled", cancellationToken);
            return true;
        }
    }

    private sealed class Listener(ConcurrentQueue<string> events) : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (!value.Key.EndsWith("Exception", StringComparison.Ordinal))
                return;
            var payload = value.Value!.GetType();
            var context = (HttpContext)payload.GetProperty("httpContext")!.GetValue(value.Value)!;
            events.Enqueue($"{value.Key} {payload.GetProperty("exception")!.GetValue(value.Value)!.GetType()} {context.Request.Path} {context.Response.StatusCode}");
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}

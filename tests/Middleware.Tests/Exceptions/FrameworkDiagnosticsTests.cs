using Microsoft.AspNetCore.Diagnostics;
using OpenTelemetry.Trace;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>Who listens to the framework's exception handler hears the same from ours: each test runs with either.</summary>
[Collection(nameof(SpanTests))]
public class FrameworkDiagnosticsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<bool, bool, bool?> Choices => new([false, true], [false, true], [null, false, true]);

    /// <summary>A handler of the application that has answered keeps a failure out of log, events and tags, unless <c>SuppressDiagnosticsCallback</c> says otherwise: as since .NET 10.</summary>
    [Theory]
    [MemberData(nameof(Choices))]
    public async Task EventsCountsTagsAndLogAreThoseOfTheFrameworksHandler(bool shielded, bool handles, bool? isSuppressed)
    {
        ExceptionHandledType? by = null;
        await using var app = await EitherApp.StartAsync(shielded, string () => throw new InvalidOperationException("no"), services =>
        {
            if (handles)
                services.AddExceptionHandler<Handler>();
            if (isSuppressed is not null)
            {
                services.AddExceptionHandler(options => options.SuppressDiagnosticsCallback = context =>
                {
                    by = context.ExceptionHandledBy;
                    return isSuppressed.Value;
                });
            }
        });
        (await app.Http1.GetAsync("/fail", Cancelled)).Dispose();
        await app.Log.UntilAsync(() => !app.Durations.IsEmpty);

        var isLoud = !(isSuppressed ?? handles);
        Assert.Equal(isLoud ? ["Microsoft.AspNetCore.Diagnostics.HandledException System.InvalidOperationException /fail 500"] : [], app.Events);
        Assert.Equal(isLoud ? 1 : 0, app.FailureEntries().Length);
        Assert.Equal(isLoud, Assert.Single(app.Durations).Contains("error.type", StringComparison.Ordinal));
        Assert.Equal(isLoud ? 1 : 0, app.Log.Problems.Count);
        // The framework names its own writer; ours has no name that anybody knows.
        var handler = handles ? $" aspnetcore.diagnostics.handler.type={typeof(Handler).FullName}" : shielded ? "" : " aspnetcore.diagnostics.handler.type=Microsoft.AspNetCore.Http.ProblemDetailsService";
        Assert.Equal([$"1 {{exception}}: aspnetcore.diagnostics.exception.result=handled{handler} error.type=System.InvalidOperationException"], app.Counts);
        Assert.Equal(isSuppressed is null ? null : handles ? ExceptionHandledType.ExceptionHandlerService : ExceptionHandledType.ProblemDetailsService, by);
    }

    [Fact]
    public async Task ChoiceThatThrowsIsLoggedAndTheFailureToo()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException("no"),
            build: builder => builder.Services.AddExceptionHandler(options => options.SuppressDiagnosticsCallback = _ => throw new InvalidOperationException("no choice")));
        (await app.Http1.GetAsync("/fail", Cancelled)).Dispose();
        Assert.Single(await app.Log.WaitForAsync(1000));
        Assert.Single(await app.Log.WaitForAsync(2006));
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

    private sealed class Handler : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            await httpContext.Response.WriteAsync("handled", cancellationToken);
            return true;
        }
    }
}

using System.Net;
using System.Text.Json.Serialization.Metadata;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>What an application has already to handle its exceptions keeps working.</summary>
public class ApplicationHandlerTests
{
    [Fact]
    public async Task ExceptionHandlerAnswersFirst()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new KeyNotFoundException(),
            build: builder => builder.Services.AddExceptionHandler<ThrowingHandler>().AddExceptionHandler<NotFoundHandler>());

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Matches("^not there: [0-9a-f]{32}$", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await app.DisposeAsync();
        Assert.Equal("handled", Assert.Single(app.Counts.All).Key.Outcome);
        // What is to be logged of a failure is up to the handler that has answered it.
        Assert.Equal(2001, Assert.Single(app.Log.Problems).EventId.Id);
        Assert.DoesNotContain(app.Log.All, entry => entry.EventId.Name == "RequestFailed");
    }

    [Fact]
    public async Task UseExceptionHandlerFurtherInIsCounted()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync("mine")));
            app.MapGet("/fail", string () => throw new InvalidOperationException());
        });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal("mine", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await app.DisposeAsync();
        Assert.Equal(1, app.Counts.All[new("System.InvalidOperationException", "/fail", "handled")]);
        // The framework's middleware has logged it; once is enough.
        Assert.DoesNotContain(app.Log.Problems, entry => entry.EventId.Id == 1000);
    }

    /// <summary>What the framework's middleware keeps quiet about is no failure of the span, and what it reports is one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SpanOfWhatMiddlewareFurtherInHasAnsweredIsAsQuietAsThat(bool handles)
    {
        System.Diagnostics.Activity? span = null;
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.Use((context, next) =>
                {
                    span = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpActivityFeature>()?.Activity;
                    return next(context);
                });
                app.UseCrashShield();
                app.UseExceptionHandler();
                app.MapGet("/fail", string () => throw new KeyNotFoundException());
            },
            shield => shield.Telemetry.Meters.Add("Microsoft.AspNetCore.Hosting"),
            builder =>
            {
                builder.Services.AddProblemDetails();
                if (handles)
                    builder.Services.AddExceptionHandler<NotFoundHandler>();
            });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        await app.DisposeAsync();
        Assert.Equal(handles ? null : "System.Collections.Generic.KeyNotFoundException", span!.GetTagItem("error.type"));
        Assert.Equal("handled", Assert.Single(app.Counts.All).Key.Outcome);
    }

    [Fact]
    public async Task ErrorPageFurtherInIsCountedUnderTheRouteThatFailed()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.UseExceptionHandler("/error");
            app.MapGet("/error", () => "mine");
            app.MapGet("/fail", string () => throw new InvalidOperationException());
        });

        Assert.Equal(HttpStatusCode.InternalServerError, (await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken)).StatusCode);

        await app.DisposeAsync();
        Assert.Equal([new("System.InvalidOperationException", "/fail", "handled")], app.Counts.All.Keys);
    }

    [Fact]
    public async Task ProblemDetailsCustomizationApplies()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder => builder.Services.AddProblemDetails(problem => problem.CustomizeProblemDetails = context =>
            {
                context.ProblemDetails.Extensions["node"] = "n1";
                context.ProblemDetails.Extensions["seen"] = context.HttpContext.Features.Get<ICapturedFailureFeature>()!.Failure.ErrorId;
                Assert.IsType<InvalidOperationException>(context.Exception);
            }));

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync();
        Assert.Equal("n1", problem.Text("node"));
        Assert.Equal(problem.Text("errorId"), problem.Text("seen"));
        Assert.Matches("^[0-9a-f]{32}$", problem.Text("traceId"));
    }

    /// <summary>As in an application that is trimmed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ProblemDetailsCustomizationAppliesWhereTheApplicationsJsonKnowsNoType(bool isAdded)
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder =>
            {
                builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolver = JsonTypeInfoResolver.Combine());
                if (isAdded)
                    builder.Services.AddProblemDetails();
                builder.Services.Configure<ProblemDetailsOptions>(problem => problem.CustomizeProblemDetails = context => context.ProblemDetails.Extensions["node"] = "n1");
            });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync();
        Assert.Equal("n1", problem.Text("node"));
        Assert.Matches("^[0-9a-f]{32}$", problem.Text("traceId"));
    }

    [Fact]
    public async Task CustomizationThatThrowsIsLeftOut()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder => builder.Services.AddProblemDetails(
                problem => problem.CustomizeProblemDetails = _ => throw new InvalidOperationException()));

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal("/fail", (await response.ReadProblemAsync()).Text("instance"));
        Assert.Single(await app.Log.WaitForAsync(2002));
        Assert.Single(await app.Log.WaitForAsync(1000));
    }

    [Fact]
    public async Task OwnProblemDetailsWriterWrites()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder => builder.Services.AddSingleton<IProblemDetailsWriter, XmlWriter>().AddProblemDetails());

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal("<problem>500</problem>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DeveloperPageAnswersBrowsers()
    {
        await using var app = await ShieldedApp.StartAsync(string () => throw new InvalidOperationException("the message"), environment: "Development");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fail") { Headers = { { "Accept", "text/html" } } };

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("An unhandled exception occurred while processing the request", page, StringComparison.Ordinal);
        await app.DisposeAsync();
        Assert.Equal([new("System.InvalidOperationException", "/fail", "handled")], app.Counts.All.Keys);
        Assert.Single(app.Log.Problems);
    }

    [Theory]
    [InlineData(typeof(TimeoutException), 504)]
    [InlineData(typeof(ArgumentNullException), 422)]
    [InlineData(typeof(ArgumentException), 400)]
    [InlineData(typeof(InvalidOperationException), 500)]
    public async Task MostDerivedMappingWins(Type type, int expected)
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw (Exception)Activator.CreateInstance(type)!,
            shield => shield.Exceptions.Map<TimeoutException>(504).Map<ArgumentException>(400).Map<ArgumentNullException>(422));

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    public async Task ServiceUnavailableTellsWhenToComeBack()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new TimeoutException(), shield => shield.Exceptions.Map<TimeoutException>(503));

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        var seconds = (await response.ReadProblemAsync()).GetProperty("retryAfter").GetInt32();
        Assert.InRange(seconds, 1, 5);
        Assert.Equal(TimeSpan.FromSeconds(seconds), response.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData(399)]
    [InlineData(600)]
    public void MappingToNoErrorIsRefused(int statusCode) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new CrashShield.Hosting.Failures.FailureOptions().Map<TimeoutException>(statusCode));

    private sealed class ThrowingHandler : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken) =>
            throw new InvalidOperationException();
    }

    private sealed class NotFoundHandler : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            httpContext.Response.StatusCode = StatusCodes.Status404NotFound;
            var errorId = httpContext.Features.Get<ICapturedFailureFeature>()?.Failure.ErrorId;
            await httpContext.Response.WriteAsync($"not there: {errorId}", cancellationToken);
            return exception is KeyNotFoundException;
        }
    }

    private sealed class XmlWriter : IProblemDetailsWriter
    {
        public bool CanWrite(ProblemDetailsContext context) => true;

        public async ValueTask WriteAsync(ProblemDetailsContext context) =>
            await context.HttpContext.Response.WriteAsync($"<problem>{context.ProblemDetails.Status}</problem>");
    }

    [Theory]
    [InlineData(504, 504)]
    [InlineData(200, 500)]
    [InlineData(0, 500)]
    public async Task StatusIsTheSelectorsWhereItIsAnError(int selected, int expected)
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new TimeoutException(),
            build: builder => builder.Services.AddExceptionHandler(handler => handler.StatusCodeSelector = _ => selected == 0 ? throw new FormatException() : selected));

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal(expected, (int)response.StatusCode);
        await app.DisposeAsync();
        Assert.Equal(selected == 0 ? 1 : 0, app.Log.All.Count(entry => entry.EventId.Name == "StatusSelectorFailed"));
    }

    /// <summary>As after the framework's handler: agents and log middleware further out look there.</summary>
    [Fact]
    public async Task MiddlewareFurtherOutFindsTheFailure()
    {
        var found = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                found.SetResult(context.Features.Get<IExceptionHandlerFeature>()?.Error);
            });
            app.UseCrashShield();
            app.MapGet("/fail", string () => throw new FormatException("this one"));
        });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal("this one", (await found.Task.WaitAsync(TestContext.Current.CancellationToken))?.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnotherFailureFurtherOutIsToldToo(bool hasStarted)
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.Use(async (context, next) =>
                {
                    await next(context);
                    if (hasStarted)
                    {
                        context.Response.ContentLength = 0;
                        await context.Response.Body.FlushAsync();
                    }

                    throw new TimeoutException("the audit's");
                });
                app.UseCrashShield();
                app.MapGet("/fail", string () => throw new KeyNotFoundException());
            },
            build: builder => builder.Services.AddExceptionHandler<StatusHandler>());

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal(hasStarted ? 422 : 500, (int)response.StatusCode);
        await app.DisposeAsync();
        Assert.Equal(1, app.Counts.All[new("System.TimeoutException", "/fail", hasStarted ? "skipped" : "handled")]);
    }

    private sealed class StatusHandler : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not KeyNotFoundException)
                return new(false);
            httpContext.Response.StatusCode = 422;
            return new(true);
        }
    }
}

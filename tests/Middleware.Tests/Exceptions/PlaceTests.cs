using System.Globalization;
using System.Net;
using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>A failure is answered where <c>UseCrashShield()</c> stands, in every environment: what stands further out sees an answer.</summary>
public class PlaceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Places => new() { { "Production", true }, { "Production", false }, { "Development", true }, { "Development", false } };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task AccessLogFurtherOutSeesTheAnswerAndNoException(string environment, bool isAsync)
    {
        var seen = new TaskCompletionSource<(int Status, Exception? Thrown)>();
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.Use(async (context, next) =>
                {
                    Exception? thrown = null;
                    try
                    {
                        await next(context);
                    }
                    catch (Exception e)
                    {
                        thrown = e;
                        throw;
                    }
                    finally
                    {
                        seen.TrySetResult((context.Response.StatusCode, thrown));
                    }
                });
                app.UseCrashShield();
                app.MapGet("/fail", async () =>
                {
                    if (isAsync)
                        await Task.Yield();
                    throw new BadHttpRequestException("no such order", StatusCodes.Status404NotFound);
                });
            },
            environment: environment);

        using var answer = await app.Http1.GetAsync("/fail", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal((404, null), await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled));
        await app.Log.WaitForAsync(1000);
        Assert.Empty(app.Log.Problems);
    }

    [Fact]
    public async Task LogEntryHasTheOuterScopesAndHandlersAndHooksTheCulture()
    {
        var scopes = new ScopeCollector();
        var handler = new CultureHandler();
        var hooked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseRequestLocalization("de-AT");
                app.Use(async (context, next) =>
                {
                    using (context.RequestServices.GetRequiredService<ILogger<PlaceTests>>().BeginScope("tenant 7"))
                        await next(context);
                });
                app.UseCrashShield();
                app.MapGet("/fail", string () => throw new InvalidOperationException("no"));
            },
            shield => shield.Exceptions.OnCaptured((_, _) =>
            {
                hooked.TrySetResult(CultureInfo.CurrentCulture.Name);
                return default;
            }),
            builder =>
            {
                builder.Logging.AddProvider(scopes);
                builder.Services.AddSingleton<IExceptionHandler>(handler);
            });

        using var answer = await app.Http1.GetAsync("/fail", Cancelled);
        await app.Log.WaitForAsync(1000);
        var entry = Assert.Single(scopes.All, entry => entry.Id == 1000 && entry.Category.StartsWith("CrashShield", StringComparison.Ordinal));
        Assert.Contains("tenant 7", entry.Scopes, StringComparison.Ordinal);
        Assert.Equal(("de-AT", "de-AT", "de-AT"), (entry.Culture, handler.Culture, await hooked.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled)));
    }

    [Fact]
    public async Task WhatFailsFurtherOutIsAnsweredToo()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.Use((HttpContext context, RequestDelegate next) => context.Request.Path == "/outer" ? throw new InvalidOperationException("outer") : next(context));
            app.UseCrashShield();
            app.MapGet("/inner", string () => throw new InvalidOperationException("inner"));
        });
        foreach (var path in new[] { "/outer", "/inner" })
        {
            using var answer = await app.Http1.GetAsync(path, Cancelled);
            Assert.Equal(("application/problem+json", HttpStatusCode.InternalServerError), (answer.Content.Headers.ContentType?.MediaType, answer.StatusCode));
        }

        Assert.Equal(2, (await app.Log.WaitForAsync(1000, 2)).Length);
    }

    [Fact]
    public async Task HandlerFurtherInIsCountedOnceThoughBothStagesSeeTheEnd()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            // Waits for the rest, so that the outermost stage does as well.
            app.Use(async (context, next) => await next(context));
            app.UseCrashShield();
            app.UseExceptionHandler(failed => failed.Run(async context =>
            {
                await Task.Yield();
                await context.Response.WriteAsync("mine", Cancelled);
            }));
            app.MapGet("/fail", async Task () =>
            {
                await Task.Yield();
                throw new InvalidOperationException("no");
            });
        });
        using var answer = await app.Http1.GetAsync("/fail", Cancelled);
        Assert.Equal("mine", await answer.Content.ReadAsStringAsync(Cancelled));
        await app.Counts.WaitForAsync(new(typeof(InvalidOperationException).FullName, "/fail", FailureOutcome.Handled), 1);
        Assert.Equal(1, app.Counts.Total);
    }

    [Fact]
    public async Task ManyRequestsOnOneConnectionAreAllCountedOut()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGet("/", async () =>
                {
                    await Task.Yield();
                    return "well";
                });
                app.MapGet("/fail", async Task () =>
                {
                    await Task.Yield();
                    throw new InvalidOperationException("no");
                });
            },
            shield => shield.Admission.Enabled = true);
        // The last fails: the next on its connection would count it out otherwise.
        for (var i = 0; i < 19; i++)
            (await app.Http1.GetAsync(i % 3 == 0 ? "/fail" : "/", Cancelled)).Dispose();
        await app.Log.UntilAsync(() => app.Services.GetRequiredService<Middleware.Admission.AdmissionController>().InFlight == 0);
    }

    private sealed class CultureHandler : IExceptionHandler
    {
        public string? Culture { get; private set; }

        public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            Culture = CultureInfo.CurrentCulture.Name;
            return ValueTask.FromResult(false);
        }
    }
}

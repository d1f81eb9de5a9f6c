using System.Net;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.Middleware.Tests.Endpoints;

/// <summary>What the application serves on our paths, in whatever way, stays its own; what nobody serves is ours, whatever stands in front.</summary>
public class PathOwnerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HealthCheckMiddlewareStaysTheApplications()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.UseHealthChecks("/healthz", new HealthCheckOptions { ResponseWriter = (context, report) => context.Response.WriteAsync("mine: " + report.Status, Cancelled) });
            },
            build: builder => builder.Services.AddHealthChecks().AddCheck("database", () => HealthCheckResult.Unhealthy()));
        for (var i = 0; i < 5; i++)
        {
            using var answer = await app.Http1.GetAsync("/healthz", Cancelled);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "mine: Unhealthy"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
            Assert.Equal("no-store, no-cache", answer.Headers.CacheControl?.ToString());
        }

        Assert.Equal("Closed", await app.Http1.GetStringAsync("/livez", Cancelled));
    }

    [Fact]
    public async Task BranchAndOwnCodeStayTheApplications()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.Map("/healthz", branch => branch.Run(context => context.Response.WriteAsync("branch", Cancelled)));
            app.Use((HttpContext context, RequestDelegate next) => context.Request.Path == "/metrics" ? context.Response.WriteAsync("own code", Cancelled) : next(context));
        });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("branch", await app.Http1.GetStringAsync("/healthz", Cancelled));
            Assert.Equal("own code", await app.Http2.GetStringAsync("/metrics", Cancelled));
        }
    }

    [Fact]
    public async Task ControllerThatIsCalledSoStaysTheApplications()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapControllerRoute("default", "{controller=Home}/{action=Index}/{id?}");
            },
            build: builder => builder.Services.AddControllers().AddApplicationPart(typeof(HealthzController).Assembly));
        for (var i = 0; i < 5; i++)
            Assert.Equal("controller", await app.Http1.GetStringAsync("/healthz", Cancelled));
        Assert.Equal("Closed", await app.Http1.GetStringAsync("/readyz", Cancelled));
    }

    [Theory]
    [InlineData("catch-all")]
    [InlineData("redirect")]
    [InlineData("fails")]
    [InlineData("forbids")]
    public async Task WhateverStandsInFrontOfAllPathsIsNotAsked(string kind)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.Use((HttpContext context, RequestDelegate next) =>
            {
                switch (kind)
                {
                    case "catch-all":
                        return context.Response.WriteAsync("hello", Cancelled);
                    case "redirect":
                        context.Response.Redirect("https://127.0.0.1/");
                        return Task.CompletedTask;
                    case "fails":
                        throw new InvalidOperationException("no tenant");
                    default:
                        context.Response.StatusCode = StatusCodes.Status403Forbidden;
                        return Task.CompletedTask;
                }
            });
        });
        for (var i = 0; i < 6; i++)
        {
            using var answer = await app.Http1.GetAsync("/readyz", Cancelled);
            Assert.Equal((HttpStatusCode.OK, "Closed"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
        }
    }

    /// <summary>As a proxy has one: what its destination serves stays, what nobody or everybody would answer is ours.</summary>
    [Theory]
    [InlineData("destination", "of the destination")]
    [InlineData("everything", "Closed")]
    [InlineData("nothing", "Closed")]
    [InlineData("hangs", "Closed")]
    [InlineData("fallback", "Closed")]
    public async Task RouteForEveryPathKeepsWhatItServes(string kind, string expected)
    {
        var asked = 0;
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            if (kind == "fallback")
                app.MapFallback(() => "page");
            else
                app.Map("{**path}", ServeAsync);
        });
        for (var i = 0; i < 5; i++)
            Assert.Equal(expected, await app.Http1.GetStringAsync("/healthz", Cancelled));
        // Once it is known whose the path is, nobody is asked any more.
        Assert.InRange(asked, 0, 6);
        Assert.Equal(0, app.Counts.Total);

        async Task<IResult> ServeAsync(HttpContext context, string path)
        {
            asked++;
            if (kind == "hangs")
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return kind == "everything" || (kind == "destination" && path == "healthz") ? Results.Text("of the destination") : Results.NotFound();
        }
    }

    [Fact]
    public async Task EndpointOfTheApplicationsThatFailsFailsAsWithout()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/healthz", string () => throw new InvalidOperationException("mine"));
        });
        for (var i = 0; i < 5; i++)
        {
            using var answer = await app.Http1.GetAsync("/healthz", Cancelled);
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }
    }

    [Fact]
    public async Task HostsThatAreNotAllowedAreNoMatterToProbes()
    {
        await using var app = await ShieldedApp.StartAsync(
            app => app.UseCrashShield(), build: builder => builder.Configuration["AllowedHosts"] = "shop.example");
        for (var i = 0; i < 5; i++)
            Assert.Equal("Closed", await app.Http1.GetStringAsync("/healthz", Cancelled));
        using var other = await app.Http1.GetAsync("/other", Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Fact]
    public async Task GroupHasItsOwnPaths()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGroup("/ops").MapCrashShield();
            },
            shield => shield.Endpoints.Map = false);
        Assert.Equal("Closed", await app.Http1.GetStringAsync("/ops/healthz", Cancelled));
        using var root = await app.Http1.GetAsync("/healthz", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, root.StatusCode);
    }
}

public class HealthzController : Controller
{
    public string Index() => "controller";
}

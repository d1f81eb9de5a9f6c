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

    /// <summary>Our endpoint needs no account, and routing chooses it before the application's middleware is asked.</summary>
    [Fact]
    public async Task WhatTheApplicationServesByMiddlewareIsUnderItsFallbackPolicy()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.UseAuthentication();
                app.UseAuthorization();
                app.Use((HttpContext context, RequestDelegate next) => context.Request.Path == "/metrics" ? context.Response.WriteAsync("secret", Cancelled) : next(context));
                app.MapGet("/", () => "home");
            },
            build: builder =>
            {
                builder.Services.AddAuthentication("none").AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, Nobody>("none", null);
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });
        for (var i = 0; i < 5; i++)
        {
            using var answer = await app.Http1.GetAsync("/metrics", Cancelled);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        Assert.Equal("Closed", await app.Http1.GetStringAsync("/livez", Cancelled));
    }

    [Fact]
    public async Task RouteWithParametersKeepsWhatItServes()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/healthz/{probe}", (string probe) => probe == "live" ? Results.Text("mine") : Results.NotFound());
        });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("mine", await app.Http1.GetStringAsync("/healthz/live", Cancelled));
            Assert.Equal("Closed", await app.Http1.GetStringAsync("/healthz/ready", Cancelled));
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

    /// <summary>Whatever the status of the first answers: what nobody else gets is meant for the path.</summary>
    [Theory]
    [InlineData("unhealthy is 500")]
    [InlineData("no credentials")]
    [InlineData("redirect to another")]
    [InlineData("fails")]
    [InlineData("fails in front")]
    [InlineData("behind a page for all")]
    public async Task AnswerForThisPathAloneIsTheApplications(string kind)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            if (kind == "fails in front")
                app.Use(OnlyHere);
            app.UseCrashShield();
            app.Use(OnlyHere);
        });
        for (var i = 0; i < 5; i++)
        {
            using var response = await app.Http1.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/readyz"), Cancelled);
            Assert.Equal(kind == "no credentials" ? HttpStatusCode.Unauthorized : kind.StartsWith("redirect", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Equal(!kind.StartsWith("fails", StringComparison.Ordinal), response.Headers.Contains("X-From"));
        }

        Task OnlyHere(HttpContext context, RequestDelegate next)
        {
            if (context.Request.Path != "/readyz")
                return Elsewhere(context, next);
            if (kind.StartsWith("fails", StringComparison.Ordinal))
                throw new InvalidOperationException("mine");
            context.Response.Headers["X-From"] = "application";
            if (kind.StartsWith("redirect", StringComparison.Ordinal))
                context.Response.Redirect("/state");
            else
                context.Response.StatusCode = kind == "no credentials" ? StatusCodes.Status401Unauthorized : StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        }

        Task Elsewhere(HttpContext context, RequestDelegate next)
        {
            if (context.Request.Path == "/state")
                context.Response.Headers["X-From"] = "application";
            else if (kind.StartsWith("redirect", StringComparison.Ordinal))
                context.Response.Redirect("/login?from=" + context.Request.Path);
            else if (kind != "behind a page for all")
                return next(context);
            return context.Request.Path == "/state" ? Task.CompletedTask : context.Response.WriteAsync("page", Cancelled);
        }
    }

    [Fact]
    public async Task DecisionForTheApplicationStays()
    {
        var isDecided = new TaskCompletionSource();
        using var waiting = new CountdownEvent(3);
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.Use(async (HttpContext context, RequestDelegate next) =>
            {
                if (context.Request.Query.ContainsKey("late"))
                {
                    if (!waiting.IsSet)
                        waiting.Signal();
                    await isDecided.Task;
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                }
                else if (context.Request.Path == "/readyz")
                {
                    await context.Response.WriteAsync("mine", Cancelled);
                }
                else
                {
                    await next(context);
                }
            });
        });
        Task<HttpResponseMessage>[] late = [.. Enumerable.Range(0, 3).Select(_ => app.Http1.GetAsync("/readyz?late", Cancelled))];
        await app.Log.UntilAsync(() => waiting.IsSet);
        Assert.Equal("mine", await app.Http1.GetStringAsync("/readyz", Cancelled));
        isDecided.SetResult();
        foreach (var response in await Task.WhenAll(late))
            response.Dispose();
        Assert.Equal("mine", await app.Http1.GetStringAsync("/readyz", Cancelled));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StreamIsTheApplicationsOnceItHasBegun(bool isEndpoint)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            if (isEndpoint)
                app.MapGet("/healthz", StreamAsync);
            else
                app.Use((HttpContext context, RequestDelegate next) => context.Request.Path == "/healthz" ? StreamAsync(context) : next(context));
        });
        for (var i = 0; i < 3; i++)
        {
            using var response = await app.Http1.GetAsync("/healthz", HttpCompletionOption.ResponseHeadersRead, Cancelled).WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
            Assert.Equal("data: well", await reader.ReadLineAsync(Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancelled));
        }

        static async Task StreamAsync(HttpContext context)
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await context.Response.WriteAsync("data: well\n\n", context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [Theory]
    [InlineData("catch-all")]
    [InlineData("redirect")]
    [InlineData("redirect to the same path")]
    [InlineData("redirect to a login")]
    [InlineData("fails")]
    [InlineData("fails with a page")]
    [InlineData("forbids with a page")]
    [InlineData("forbids")]
    public async Task WhateverStandsInFrontOfAllPathsIsNotAsked(string kind)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            if (kind == "fails with a page")
                app.UseExceptionHandler("/error");
            if (kind == "forbids with a page")
                app.UseStatusCodePagesWithReExecute("/error");
            app.MapGet("/error", () => Results.Text("sorry", statusCode: StatusCodes.Status500InternalServerError));
            app.UseRouting();
            app.Use((HttpContext context, RequestDelegate next) =>
            {
                if (context.Request.Path == "/error")
                    return next(context);
                switch (kind)
                {
                    case "catch-all":
                        return context.Response.WriteAsync("hello", Cancelled);
                    case "redirect":
                        context.Response.Redirect("https://127.0.0.1/");
                        return Task.CompletedTask;
                    case "redirect to the same path":
                        context.Response.Redirect("https://127.0.0.1" + context.Request.Path, permanent: true);
                        return Task.CompletedTask;
                    case "redirect to a login":
                        context.Response.Redirect($"https://login.example/?to={Uri.EscapeDataString(context.Request.Path)}&nonce={Guid.NewGuid()}");
                        return Task.CompletedTask;
                    case "fails" or "fails with a page":
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

    private sealed class Nobody(
        Microsoft.Extensions.Options.IOptionsMonitor<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions> options, ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : Microsoft.AspNetCore.Authentication.AuthenticationHandler<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<Microsoft.AspNetCore.Authentication.AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Microsoft.AspNetCore.Authentication.AuthenticateResult.NoResult());
    }
}

public class HealthzController : Controller
{
    public string Index() => "controller";
}

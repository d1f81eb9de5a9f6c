using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>Who may catch a failure before CrashShield does, as docs/failures.md has it.</summary>
public class OtherCatchersTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task ExceptionFilterOfMvcThatAnswersHasTheLastWord(bool answers, long expected)
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapControllerRoute("default", "{controller}/{action}");
            },
            build: builder => builder.Services.AddControllers(mvc => mvc.Filters.Add(new Answering(answers))).AddApplicationPart(typeof(OtherCatchersTests).Assembly));

        using var response = await app.Http1.GetAsync("/FailingMvc/Fail", Cancelled);

        Assert.Equal(answers ? 418 : 500, (int)response.StatusCode);
        // The response may be here before it is counted.
        await app.DisposeAsync();
        Assert.Equal(expected, app.Counts.Total);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task EndpointFilterThatAnswersHasTheLastWord(bool answers, long expected)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/fail", string () => throw new InvalidOperationException()).AddEndpointFilter(async (context, next) =>
            {
                try
                {
                    return await next(context);
                }
                catch (InvalidOperationException) when (answers)
                {
                    return Results.StatusCode(418);
                }
            });
        });

        using var response = await app.Http1.GetAsync("/fail", Cancelled);

        Assert.Equal(answers ? 418 : 500, (int)response.StatusCode);
        // The response may be here before it is counted.
        await app.DisposeAsync();
        Assert.Equal(expected, app.Counts.Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailureWhileABodyIsWrittenIsCapturedAndTheBodyIsNotTakenForWhole(bool isStream)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/fail", () => isStream ? Results.Ok(Items(Cancelled)) : Results.Ok(new Broken()));
        });

        var status = 0;
        var error = await Record.ExceptionAsync(async () =>
        {
            using var response = await app.Http1.GetAsync("/fail", HttpCompletionOption.ResponseHeadersRead, Cancelled);
            status = (int)response.StatusCode;
            await response.Content.ReadAsStringAsync(Cancelled);
        });

        Assert.True(status == 500 || error is HttpRequestException);
        await app.Log.WaitForAsync(1000);
        Assert.Equal(1, app.Counts.Total);
    }

    private static async IAsyncEnumerable<string> Items([EnumeratorCancellation] CancellationToken cancelled)
    {
        // More than is buffered before the first flush.
        for (var i = 0; i < 100; i++)
        {
            await Task.Delay(1, cancelled);
            yield return new string('x', 1_024);
        }

        throw new InvalidOperationException();
    }

    private sealed class Answering(bool answers) : IExceptionFilter
    {
        public void OnException(ExceptionContext context)
        {
            if (answers)
                context.Result = new StatusCodeResult(418);
        }
    }

    private sealed class Broken
    {
        public string First { get; } = "first";

        public string Second => throw new InvalidOperationException();
    }
}

using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.SignalR;

namespace CrashShield.Middleware.Tests.SignalR;

/// <summary>What a hub throws is counted and told to the hooks, though SignalR answers it. The client and the log see what they saw.</summary>
public class HubFailureTests
{
    private static readonly ExceptionCounts.Series Broken = new(typeof(InvalidOperationException).FullName, "/hub", "handled");

    [Theory]
    [InlineData(true, "Break")]
    [InlineData(false, "Break")]
    [InlineData(true, "BreakLater")]
    [InlineData(false, "BreakLater")]
    public async Task FailedInvocationIsCaptured(bool isAddedBefore, string method)
    {
        var told = new List<CapturedFailure>();
        await using var app = await StartAsync(isAddedBefore, shield => shield.Exceptions.OnCaptured((failure, _) => { told.Add(failure); return default; }));
        using var client = await HubClient.ConnectAsync(app.Http1.BaseAddress!, "/hub");

        Assert.Contains("\"result\":\"a\"", await client.InvokeAsync("Echo", "\"a\""), StringComparison.Ordinal);
        var completion = await client.InvokeAsync(method);

        Assert.Contains($"An unexpected error occurred invoking '{method}' on the server.", completion, StringComparison.Ordinal);
        Assert.Equal(1, app.Counts.All[Broken]);
        Assert.Equal((typeof(InvalidOperationException), "/hub"), (Assert.Single(told).Exception.GetType(), told[0].Path));
        Assert.Single(app.Log.Problems, entry => entry.Exception is InvalidOperationException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailedConnectionIsCaptured(bool isAddedBefore)
    {
        await using var app = await StartAsync(isAddedBefore);
        using var client = await HubClient.ConnectAsync(app.Http1.BaseAddress!, "/hub?refuse=1");

        Assert.Contains("\"type\":7", await client.ReceiveAsync(), StringComparison.Ordinal);

        await app.Counts.WaitForAsync(Broken with { ErrorType = typeof(NotSupportedException).FullName }, 1);
    }

    /// <summary>Added before, it stands outside of the application's filters.</summary>
    [Fact]
    public async Task WhatAFilterOfTheApplicationHealsHasNotFailed()
    {
        await using var app = await StartAsync(isAddedBefore: true, hubs: hubs => hubs.AddFilter(new Healing()));
        using var client = await HubClient.ConnectAsync(app.Http1.BaseAddress!, "/hub");

        Assert.Contains("\"result\":\"healed\"", await client.InvokeAsync("Break"), StringComparison.Ordinal);
        Assert.Equal(0, app.Counts.Total);
    }

    private static Task<ShieldedApp> StartAsync(bool isAddedBefore, Action<CrashShield.Hosting.CrashShieldOptions>? options = null, Action<HubOptions>? hubs = null)
    {
        Action<WebApplicationBuilder> add = builder => builder.Services.AddSignalR(hubs ?? (static _ => { }));
        return ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapHub<FailingHub>("/hub");
            },
            options, isAddedBefore ? null : add, before: isAddedBefore ? add : null);
    }

    private sealed class Healing : IHubFilter
    {
        public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
        {
            try
            {
                return await next(invocationContext);
            }
            catch (InvalidOperationException)
            {
                return "healed";
            }
        }
    }
}

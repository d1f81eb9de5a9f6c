using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Middleware.Tests.Cleanup;

public class DrainTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _events = [];
    private readonly TaskCompletionSource _inFlight = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task ShutdownStepsRunOnceTheRequestsInFlightHaveEnded()
    {
        await using var app = Build();
        await app.StartAsync();
        using var client = new HttpClient();
        var answer = client.GetStringAsync(app.Urls.Single());
        await _inFlight.Task.WaitAsync(Deadline);

        var stopping = new TaskCompletionSource();
        app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        var stopped = app.StopAsync();
        await stopping.Task.WaitAsync(Deadline);
        _release.SetResult();

        Assert.Equal("done", await answer.WaitAsync(Deadline));
        await stopped.WaitAsync(Deadline);
        Assert.Equal(["request ended", "step: connection refused"], _events);
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddCrashShield();
        WebApplication? app = null;
        builder.Services.AddShutdownStep("step", dependsOn: "drain", async (_, cancellationToken) =>
        {
            using var client = new HttpClient();
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(app!.Urls.Single(), cancellationToken));
            _events.Enqueue(refused.HttpRequestError == HttpRequestError.ConnectionError ? "step: connection refused" : $"step: {refused.Message}");
        });
        app = builder.Build();
        app.Run(async context =>
        {
            _inFlight.TrySetResult();
            await _release.Task;
            _events.Enqueue("request ended");
            await context.Response.WriteAsync("done");
        });
        return app;
    }
}

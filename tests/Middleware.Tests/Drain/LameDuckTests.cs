using CrashShield.Hosting.Drain;

namespace CrashShield.Middleware.Tests.Drain;

public class LameDuckTests
{
    [Fact]
    public async Task EachAnswerClosesItsConnectionWhileItIsOn()
    {
        await using var app = await ShieldedApp.StartAsync(() => "");
        var serving = app.Services.GetRequiredService<ServingState>();

        Assert.False(await ClosesAsync(app));
        serving.SetLameDuck(true);
        Assert.True(await ClosesAsync(app));
        Assert.True(await ClosesAsync(app));
        serving.SetLameDuck(false);
        Assert.False(await ClosesAsync(app));
    }

    [Fact]
    public async Task AnHttp2ConnectionIsReplaced()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGet("/connection", (HttpContext context) => context.Connection.Id);
            });
        Task<string> Ask() => app.Http2.GetStringAsync("/connection", TestContext.Current.CancellationToken);

        var before = await Ask();
        Assert.Equal(before, await Ask());
        app.Services.GetRequiredService<ServingState>().SetLameDuck(true);
        await Ask();

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await Ask() == before)
            await Task.Delay(1, deadline.Token);
    }

    [Fact]
    public async Task TheNoticeComesAnewAfterAHandOverThatWasCalledOff()
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        var (serving, notice) = (app.Services.GetRequiredService<ServingState>(), app.Services.GetRequiredService<DrainNotice>());
        var first = notice.LameDuck;

        serving.SetLameDuck(true);
        await app.Log.UntilAsync(() => first.IsCancellationRequested);
        serving.SetLameDuck(false);

        Assert.False(notice.LameDuck.IsCancellationRequested);
        serving.SetLameDuck(true);
        await app.Log.UntilAsync(() => notice.LameDuck.IsCancellationRequested);
    }

    [Fact]
    public async Task ClocksGoOnWhileItIsOn()
    {
        // Kestrel's heartbeat, which the Date header and the timeouts come from, ends with the first step of its stop.
        await using var app = await ShieldedApp.StartAsync(() => "");
        app.Services.GetRequiredService<ServingState>().SetLameDuck(true);
        var first = await DateAsync(app);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await DateAsync(app) == first)
            await Task.Delay(10, deadline.Token);
    }

    private static async Task<DateTimeOffset> DateAsync(ShieldedApp app)
    {
        using var answer = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);
        return answer.Headers.Date!.Value;
    }

    private static async Task<bool> ClosesAsync(ShieldedApp app)
    {
        using var answer = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        return answer.Headers.ConnectionClose == true;
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Drills.Services;

/// <summary>What the service of prices depends on: while it is down its port refuses connections, while it is slow it answers after a minute.</summary>
internal sealed class PriceSource : IAsyncDisposable
{
    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(1);

    private WebApplication? _app;
    private volatile bool _isSlow;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Take()}");

    public async Task ComeUpAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.GetLeftPart(UriPartial.Authority));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        _app = builder.Build();
        _app.MapGet("/price", async (HttpContext context) =>
        {
            if (_isSlow)
                await Task.Delay(Slow, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return "42";
        });
        await _app.StartAsync(cancellationToken);
    }

    public async Task GoDownAsync()
    {
        if (_app is { } app)
            await app.DisposeAsync();
        _app = null;
    }

    public void SetSlow(bool isSlow) => _isSlow = isSlow;

    public ValueTask DisposeAsync() => new(GoDownAsync());
}

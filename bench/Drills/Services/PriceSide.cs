using System.Diagnostics;
using System.Net;
using CrashShield.Drills.Ordinary;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Services;

/// <summary>The service of prices, with the product or without, and what its clients see of it.</summary>
internal sealed class PriceSide(bool isShielded, ServiceAddress address, RunningService service) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenPrices = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenProbes = TimeSpan.FromMilliseconds(500);
    private static readonly OrdinaryLoad Other = OrdinaryLoad.Open("/other", 50);

    private readonly HttpClient _client = new() { BaseAddress = address.Http, Timeout = TimeSpan.FromSeconds(30) };

    public bool IsShielded => isShielded;

    public ServiceLog Log => service.Log;

    public static async Task<PriceSide> StartAsync(bool isShielded, Uri source, string[] settings, CancellationToken cancellationToken)
    {
        var address = ServiceAddress.Take();
        string[] all = ["--Prices:Source", source.ToString(), "--Shield", $"{isShielded}", .. settings];
        return new(isShielded, address, await RunningService.StartSampleAsync("prices", address, all, cancellationToken));
    }

    /// <summary>Waits for its first round of health checks, before which it is not ready.</summary>
    public async Task StartedAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (!await Until.IsSoAsync(async () => (await AskAsync("/readyz")).Status == HttpStatusCode.OK, deadline, cancellationToken))
            throw new InvalidOperationException($"It was not ready within {deadline.TotalSeconds} s.");
    }

    /// <summary>Asks for prices, for other things and, with the product, whether it is ready, for so long.</summary>
    public async Task<PricePhase> RunAsync(string name, double seconds, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (prices, probes) = (AskAsync("/prices", BetweenPrices, over.Token), isShielded ? AskAsync("/readyz", BetweenProbes, over.Token) : Task.FromResult<PriceAnswer[]>([]));
        var other = await Other.RunAsync(address.Http, seconds, core: null, cancellationToken);
        await over.CancelAsync();
        return new(name, other, await prices, (await probes).Count(probe => probe.Status != HttpStatusCode.OK));
    }

    /// <summary>What the product says of itself.</summary>
    public Task<Health> HealthAsync(CancellationToken cancellationToken) => Health.AskAsync(address.Http, cancellationToken);

    /// <summary>Waits until the circuit has a level.</summary>
    /// <returns>After how many seconds, or none.</returns>
    public async Task<double?> UntilAsync(string level, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return await Until.IsSoAsync(async () => await _client.GetStringAsync("/healthz", cancellationToken) == level, deadline, cancellationToken)
            ? Stopwatch.GetElapsedTime(started).TotalSeconds
            : null;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await service.DisposeAsync();
    }

    // At its pace, however long the ones before take.
    private async Task<PriceAnswer[]> AskAsync(string path, TimeSpan between, CancellationToken over)
    {
        var asked = new List<Task<PriceAnswer>>();
        while (!over.IsCancellationRequested)
        {
            asked.Add(AskAsync(path));
            await Task.Delay(between, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await Task.WhenAll(asked);
    }

    private async Task<PriceAnswer> AskAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        HttpStatusCode? status = null;
        try
        {
            using var answer = await _client.GetAsync(path);
            status = answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // No answer at all.
        }

        return new(status, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }
}

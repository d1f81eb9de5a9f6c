using System.Net.Http.Json;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Leaks;

/// <summary>The real sample, with one order in its database.</summary>
internal sealed class LeakSample : IAsyncDisposable
{
    public const string OrdinaryPath = "/orders/1";

    /// <summary>The header field of a session: one that is established is served while leaks hold the circuit open.</summary>
    public const string Session = $"Authorization: {Bearer} {Token}";

    private const string Bearer = "Bearer";
    private const string Token = "drill";
    private const int CollectRounds = 3;
    private const int Connections = 256;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-leaks-");
    private readonly HttpClient _client = new();
    private readonly ChildProgram _process;

    private LeakSample() => _process = ChildProgram.Start(
        BuildPaths.WebApi, SampleArguments.Of(_directory), workingDirectory: _directory.FullName, onLine: Log.Add);

    public LeakLines Log { get; } = new();

    public Target Target => Target.Parse(_client.BaseAddress!.ToString());

    public static async Task<LeakSample> StartAsync(CancellationToken cancellationToken)
    {
        var sample = new LeakSample();
        sample._client.DefaultRequestHeaders.Authorization = new(Bearer, Token);
        try
        {
            sample._client.BaseAddress = await sample.Log.Address.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            using var placed = await sample._client.PostAsJsonAsync("/orders", new { customer = "Ada", item = "tea", quantity = 1 }, cancellationToken);
            placed.EnsureSuccessStatusCode();
        }
        catch
        {
            await sample.DisposeAsync();
            throw;
        }

        return sample;
    }

    public async Task<Metrics> MetricsAsync(CancellationToken cancellationToken) => new(await _client.GetStringAsync("/metrics", cancellationToken));

    public Task GetAsync(string path, CancellationToken cancellationToken) => _client.GetStringAsync(path, cancellationToken);

    /// <summary>Has it collect its garbage, finalizers included: the drill <c>unobserved</c> does.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < CollectRounds; round++)
            await GetAsync("/drill/unobserved", cancellationToken);
    }

    /// <summary>Requests at a rate, whatever the answers do, until the time is over or the caller has seen enough.</summary>
    public Task<LoadResult> LoadAsync(double rate, TimeSpan duration, Func<byte[]> next, CancellationToken enough) => new OpenLoop(
        new(Target, Connections, duration, long.MaxValue, Warmup: TimeSpan.Zero, rate, Status: 200, Good: TimeSpan.FromSeconds(0.5)), next).RunAsync(enough);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}

using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Soak;

/// <summary>The real sample as a process of its own, in a directory of its own.</summary>
internal sealed class Sample : IAsyncDisposable
{
    private const int SettleRounds = 3;

    private readonly HttpClient _client = new();
    private readonly ChildProgram _process;
    private readonly DirectoryInfo _directory;

    private Sample(DirectoryInfo directory, LogTally log)
    {
        _directory = directory;
        Log = log;
        var arguments = SampleArguments.Of(directory);
        _process = ChildProgram.Start(BuildPaths.WebApi, arguments, workingDirectory: directory.FullName, onLine: log.Add);
    }

    public LogTally Log { get; }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public Uri Address => _client.BaseAddress!;

    public Target Target => Target.Parse(Address.ToString());

    /// <summary>How often <see cref="SettleAsync"/> has left a failed task behind to be collected.</summary>
    public int TasksLeftBehind { get; private set; }

    public static async Task<Sample> StartAsync(CancellationToken cancellationToken)
    {
        var sample = new Sample(Directory.CreateTempSubdirectory("crashshield-soak-"), new LogTally());
        sample._client.BaseAddress = await sample.Log.Address.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        sample._client.DefaultRequestHeaders.ConnectionClose = true;
        return sample;
    }

    public async Task<Metrics> MetricsAsync(CancellationToken cancellationToken) =>
        new(await _client.GetStringAsync("/metrics", cancellationToken));

    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        using var answer = await _client.GetAsync("/healthz", cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Has the sample collect its garbage, finalizers included: the drill <c>unobserved</c> does.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < SettleRounds; round++)
        {
            await _client.GetStringAsync("/drill/unobserved", cancellationToken);
            TasksLeftBehind++;
        }
    }

    public async Task<Memory> MemoryAsync(CancellationToken cancellationToken)
    {
        await SettleAsync(cancellationToken);
        var metrics = await MetricsAsync(cancellationToken);
        return new((long)metrics.Sum("dotnet_total_memory_bytes"), ProcFs.ResidentBytes(Id));
    }

    /// <summary>Ends it as an orchestrator does.</summary>
    /// <returns>The exit status.</returns>
    public Task<int> StopAsync(CancellationToken cancellationToken)
    {
        _process.Terminate();
        return _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using CrashShield.Drills.Processes;
using CrashShield.Drills.Soak;

namespace CrashShield.Drills.MemoryLimit;

/// <summary>The real sample in a memory cgroup.</summary>
internal sealed class LimitedSample : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-memory-");
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ChildProgram _process;

    private LimitedSample(MemoryCgroup cgroup, LogTally log, IEnumerable<string> settings)
    {
        var arguments = SampleArguments.Of(_directory, settings);
        _process = ChildProgram.Start(BuildPaths.WebApi, arguments, workingDirectory: _directory.FullName, onLine: log.Add, joins: cgroup.Processes);
    }

    public bool IsRunning => !_process.HasExited;

    public static async Task<LimitedSample> StartAsync(MemoryCgroup cgroup, IEnumerable<string> settings, CancellationToken cancellationToken)
    {
        var log = new LogTally();
        var sample = new LimitedSample(cgroup, log, settings);
        sample._client.BaseAddress = await log.Address.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return sample;
    }

    /// <summary>Asks for a path; no status when the connection breaks, as it does when the process is killed.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetAsync(path, cancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The circuit's level and reason.</summary>
    public async Task<(string Level, string? Reason)> LevelAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "Accept", "application/json" } } };
        using var answer = await _client.SendAsync(request, cancellationToken);
        var report = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
        return ((string)report["level"]!, (string?)report["reason"]);
    }

    /// <returns>The exit status.</returns>
    public async Task<int> EndAsync(bool terminate, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (terminate)
            _process.Terminate();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(deadline);
        return await _process.WaitForExitAsync(bound.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Signals;

/// <summary>The real sample, started with its signals blocked, with a pool of four threads that more requests block than there are.</summary>
internal sealed class StarvedSample : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string?> FixedPool = new()
    {
        ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "4",
        ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "4",
    };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-signals-");
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _managing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new();
    private readonly HttpClient _probe = new();
    private readonly ChildProgram _process;
    private Task<HttpResponseMessage>[] _blocked = [];

    private StarvedSample(int port)
    {
        _probe.BaseAddress = new($"http://127.0.0.1:{port}");
        _process = ChildProgram.Start(
            BuildPaths.WebApi,
            SampleArguments.Of(
                _directory, "--CrashShield:Endpoints:ManagementPort", port.ToString(CultureInfo.InvariantCulture), "--CrashShield:Endpoints:ManagementAddress", "127.0.0.1"),
            workingDirectory: _directory.FullName, environment: FixedPool, onLine: Read, blockedSignals: "USR1,USR2");
    }

    /// <summary>Says what does not run with its default.</summary>
    public static void TellChanges(DrillReport report)
    {
        report.Change("CrashShield:Endpoints:ManagementPort", "a free port", "the probes of a starved process answer only there");
        report.Change("CrashShield:Endpoints:ManagementAddress", "127.0.0.1", "the drill binds to nothing else");
        foreach (var (variable, value) in FixedPool)
            report.Change(variable, value!, "the pool would get more threads, and not be starved");
    }

    /// <summary>How many of the blocked requests have been answered after all.</summary>
    public int AnsweredBlocked => _blocked.Count(request => request.IsCompleted);

    public static async Task<StarvedSample> StartAsync(int blocked, CancellationToken cancellationToken)
    {
        var sample = new StarvedSample(FreePort());
        try
        {
            sample._client.BaseAddress = new(await sample._address.Task.WaitAsync(Deadline, cancellationToken));
            await sample._managing.Task.WaitAsync(Deadline, cancellationToken);
            await sample.StarveAsync(blocked, cancellationToken);
        }
        catch
        {
            await sample.DisposeAsync();
            throw;
        }

        return sample;
    }

    public void Signal(int signal) => _process.Signal(signal);

    public async Task<HttpStatusCode> ReadyAsync(CancellationToken cancellationToken)
    {
        using var answer = await _probe.GetAsync("/readyz", cancellationToken);
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _process.DisposeAsync();
        await ((Task)Task.WhenAll(_blocked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _probe.Dispose();
        _stop.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task StarveAsync(int blocked, CancellationToken cancellationToken)
    {
        _blocked = [.. Enumerable.Range(0, blocked).Select(_ => _client.GetAsync("/drill/block?ms=600000", _stop.Token))];
        var isStarved = await Until.IsSoAsync(
            async () => new Metrics(await _probe.GetStringAsync("/metrics", cancellationToken)).Sum("crashshield_pressure_ratio", "source", "thread-pool") >= 1, Deadline, cancellationToken);
        if (!isStarved)
            throw new InvalidOperationException("The pool is not starved.");
    }

    private void Read(string line)
    {
        if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            _address.TrySetResult(line[(at + Listening.Length)..].Trim());
        if (LogHeader.Read(line) is { Event: "ManagementListening" })
            _managing.TrySetResult();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

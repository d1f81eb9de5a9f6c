using System.Net.Sockets;
using CrashShield.Drills.Processes;
using CrashShield.Drills.Restart;

namespace CrashShield.Drills.Services;

/// <summary>A service as a process in a directory of its own, alone or under crashshield-init.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    public const string Probation = "1s";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // Two signals at once are one.
    private static readonly TimeSpan BeforeSecond = TimeSpan.FromMilliseconds(200);

    private readonly string[] _init;
    private readonly ChildProgram _process;

    private RunningService(DirectoryInfo directory, string[] init, string[] options, string[] program)
    {
        (Directory, _init) = (directory, init);
        string[] command = init is [] ? program : [.. init, "--probation", Probation, .. options, "--control", Control, "--", .. program];
        // Snapshots are written below the temporary directory by default.
        _process = ChildProgram.Run(command, environment: [new("TMPDIR", directory.FullName)], onLine: Log.Add, onErrorLine: InitLog.Add);
    }

    public DirectoryInfo Directory { get; }

    /// <summary>Its log, of all its processes.</summary>
    public ServiceLog Log { get; } = new();

    /// <summary>What the init says of its restarts.</summary>
    public InitLog InitLog { get; } = new();

    public bool HasExited => _process.HasExited;

    private string Control => Path.Combine(Directory.FullName, "control");

    /// <summary>Starts a worker that consumes and ticks.</summary>
    public static RunningService StartWorker(params string[] settings) => NewWorker([], [], settings);

    /// <summary>The same under an init, and waits until it serves.</summary>
    public static Task<RunningService> StartWorkerUnderAsync(string[] init, string[] options, string[] settings, CancellationToken cancellationToken)
    {
        var worker = NewWorker(init, options, settings);
        return worker.AfterAsync(() => worker.ServesAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Starts one of the sample's services, and waits until it listens.</summary>
    public static Task<RunningService> StartSampleAsync(string name, ServiceAddress address, string[] settings, CancellationToken cancellationToken) =>
        StartSampleUnderAsync([], name, address, settings, cancellationToken);

    /// <summary>The same under an init.</summary>
    public static Task<RunningService> StartSampleUnderAsync(string[] init, string name, ServiceAddress address, string[] settings, CancellationToken cancellationToken)
    {
        var directory = NewDirectory();
        string[] program =
        [
            "dotnet", BuildPaths.Services, name, "--environment", "Production", "--contentRoot", Path.GetDirectoryName(BuildPaths.Services)!,
            "--Orders:Database", Path.Combine(directory.FullName, "orders.db"), .. address.Settings, .. settings,
        ];
        var service = new RunningService(directory, init, [], program);
        return service.AfterAsync(
            async () => await IsListeningAsync(address.Http, cancellationToken) && await IsListeningAsync(address.Http2, cancellationToken) && (init is [] || await service.ServesAsync(cancellationToken)),
            cancellationToken);
    }

    /// <summary>The lines of one of the worker's files.</summary>
    public LedgerLine[] Ledger(string file) => LedgerLine.Read(Path.Combine(Directory.FullName, file));

    /// <summary>Replaces the worker, and returns when the old one is told to end.</summary>
    public Task RestartAsync(CancellationToken cancellationToken) => InitControl.AskAsync(Control, "restart", cancellationToken);

    /// <summary>Waits until a worker serves that is not the one before.</summary>
    public async Task<int> NextWorkerAsync(int? before, CancellationToken cancellationToken)
    {
        int? worker = null;
        await Until.IsSoAsync(
            async () => (worker = (int?)(await InitControl.AskAsync(Control, "status", cancellationToken))["serving"]?["pid"]) is not null && worker != before, Deadline, cancellationToken);
        return worker is { } next && next != before ? next : throw new InvalidOperationException($"No worker serves but {before}.");
    }

    /// <summary>Asks it to end.</summary>
    /// <returns>Its exit status.</returns>
    public Task<int> StopAsync(CancellationToken cancellationToken)
    {
        if (!HasExited)
            _process.Terminate();
        return WaitForExitAsync(cancellationToken);
    }

    /// <returns>Its exit status.</returns>
    public Task<int> WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken).WaitAsync(Deadline, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // An init that is killed leaves its workers to nobody. The second signal spares the drain.
        if (_init is not [] && !HasExited)
        {
            _process.Terminate();
            await Until.IsSoAsync(() => Task.FromResult(HasExited), BeforeSecond, CancellationToken.None);
            await StopAsync(CancellationToken.None);
        }

        await _process.DisposeAsync();
        Directory.Delete(recursive: true);
    }

    private static DirectoryInfo NewDirectory() => System.IO.Directory.CreateTempSubdirectory("crashshield-services-");

    private static RunningService NewWorker(string[] init, string[] options, string[] settings)
    {
        var directory = NewDirectory();
        return new(directory, init, options, ["dotnet", BuildPaths.WorkProbe, "worker", directory.FullName, .. settings]);
    }

    /// <summary>Waits until it has come to something, or ends it.</summary>
    private async Task<RunningService> AfterAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        try
        {
            return await Until.IsSoAsync(condition, Deadline, cancellationToken) ? this : throw new InvalidOperationException($"The service does not serve after {Deadline}.");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task<bool> ServesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (string?)(await InitControl.AskAsync(Control, "status", cancellationToken))["state"] == "serving";
        }
        catch (SocketException)
        {
            // The init has not made its socket yet.
            return false;
        }
    }

    private static async Task<bool> IsListeningAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

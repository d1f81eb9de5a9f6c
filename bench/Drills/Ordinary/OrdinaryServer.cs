using CrashShield.Drills.MemoryLimit;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Ordinary;

/// <summary>A server on what its kind gives it, with a directory for temporary files of its own, into which the product writes its snapshots.</summary>
internal sealed class OrdinaryServer : IAsyncDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("crashshield-ordinary-");
    private readonly MemoryCgroup? _memory;
    private readonly CgroupV1? _cpu;
    private readonly ChildProgram _process;
    private Uri? _address;

    private OrdinaryServer(string peer, Layout layout, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        (_memory, _cpu) = (layout.MemoryBytes is { } bytes ? MemoryCgroup.Create(bytes) : null, layout.Quota is { } quota ? CpuCgroup.Create(quota) : null);
        _process = ChildProgram.Start(
            BuildPaths.Servers, [peer], layout.ServerCore, environment: [new("ORDINARY", "true"), new("TMPDIR", _temporary.FullName), .. environment],
            joins: _memory?.Processes ?? _cpu?.Processes);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public Uri Address => _address ?? throw new InvalidOperationException("The server has not started.");

    public static async Task<OrdinaryServer> StartAsync(
        string peer, Layout layout, IEnumerable<KeyValuePair<string, string?>> environment, CancellationToken cancellationToken)
    {
        var server = new OrdinaryServer(peer, layout, environment);
        try
        {
            server._address = new Uri($"http://127.0.0.1:{await server._process.ReadLineAsync(cancellationToken)}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks for some paths, one after the other, and is quiet for a moment.</summary>
    public async Task PrepareAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = Deadline };
        foreach (var path in paths)
            await client.GetStringAsync(path, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
    }

    public async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = Deadline };
        return await client.GetStringAsync(path, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (_memory is not null)
            await _memory.DisposeAsync();
        if (_cpu is not null)
            await _cpu.DisposeAsync();
        _temporary.Delete(recursive: true);
    }
}

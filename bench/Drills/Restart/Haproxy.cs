using System.Net.Sockets;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Restart;

/// <summary>haproxy with a master, as Debian starts it: USR2 has the master start a new worker, and the old one finish.</summary>
internal sealed class Haproxy : IRestarting
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-haproxy-");
    private readonly int _port = FreePort.Take();
    private readonly ChildProgram _master;

    private Haproxy()
    {
        var settings = Path.Combine(_directory.FullName, "haproxy.cfg");
        File.WriteAllText(settings, $"""
            defaults
              mode http
              timeout client 30s
              timeout connect 5s
              timeout server 30s
            frontend ok
              bind 127.0.0.1:{_port}
              http-request return status 200 content-type text/plain string ok

            """);
        _master = ChildProgram.Run([Program.RequiredPath, "-W", "-f", settings]);
    }

    public static PeerProgram Program { get; } = new("haproxy", "haproxy", "haproxy");

    public string Name => Program.Name;

    public static async Task<Haproxy> StartAsync(CancellationToken cancellationToken)
    {
        var haproxy = new Haproxy();
        try
        {
            await SoAsync(haproxy.IsListeningAsync, "does not listen", cancellationToken);
        }
        catch
        {
            await haproxy.DisposeAsync();
            throw;
        }

        return haproxy;
    }

    public Uri? Url(RestartEndpoint endpoint) => endpoint == RestartEndpoint.Http ? new($"http://127.0.0.1:{_port}/") : null;

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        // It ignores USR2 until it has a worker and again from each USR2 on, as it executes itself anew: one that comes too early is lost.
        await SoAsync(() => Task.FromResult(ProcFs.Catches(_master.Id, UnixSignal.Usr2)), "takes no USR2", cancellationToken);
        var old = ProcFs.Children(_master.Id);
        ChildProgram.Signal(_master.Id, UnixSignal.Usr2);
        await SoAsync(() => Task.FromResult(ProcFs.Children(_master.Id).Except(old).Any()), "did not restart", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _master.Terminate();
        using var bound = new CancellationTokenSource(Deadline);
        await _master.WaitForExitAsync(bound.Token);
        await _master.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private static async Task SoAsync(Func<Task<bool>> condition, string otherwise, CancellationToken cancellationToken)
    {
        if (!await Until.IsSoAsync(condition, Deadline, cancellationToken))
            throw new InvalidOperationException($"haproxy {otherwise}.");
    }

    private async Task<bool> IsListeningAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

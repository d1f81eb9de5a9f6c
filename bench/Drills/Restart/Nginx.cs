using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Restart;

/// <summary>nginx as its manual has it: USR2 starts a new master with the old one's sockets, QUIT has the old one finish.</summary>
internal sealed class Nginx : IRestarting
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-nginx-");
    private readonly int _port = FreePort.Take();

    private Nginx()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "nginx.conf"), $$"""
            worker_processes 1;
            pid {{_directory.FullName}}/nginx.pid;
            error_log {{_directory.FullName}}/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path {{_directory.FullName}}/body;
              proxy_temp_path {{_directory.FullName}}/proxy;
              fastcgi_temp_path {{_directory.FullName}}/fastcgi;
              uwsgi_temp_path {{_directory.FullName}}/uwsgi;
              scgi_temp_path {{_directory.FullName}}/scgi;
              server { listen 127.0.0.1:{{_port}}; location / { return 200 "ok"; } }
            }
            """);
    }

    public static PeerProgram Program { get; } = new("nginx", "nginx-light", "nginx");

    public string Name => Program.Name;

    private string PidFile => Path.Combine(_directory.FullName, "nginx.pid");

    public static async Task<Nginx> StartAsync(CancellationToken cancellationToken)
    {
        var nginx = new Nginx();
        // As a daemon: one in the foreground ignores USR2, as its parent is still there. By its path: it starts its next build by what it was itself called by.
        await using (var start = ChildProgram.Run([Program.RequiredPath, "-p", nginx._directory.FullName, "-c", "nginx.conf"]))
            await start.WaitForExitAsync(cancellationToken);
        await Until.IsSoAsync(() => Task.FromResult(nginx.Pid() is not null), Deadline, cancellationToken);
        return nginx;
    }

    public Uri? Url(RestartEndpoint endpoint) => endpoint == RestartEndpoint.Http ? new($"http://127.0.0.1:{_port}/") : null;

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var old = Pid() ?? throw new InvalidOperationException("nginx has no pid file.");
        ChildProgram.Signal(old, UnixSignal.Usr2);
        await SoAsync(() => Pid() is { } pid && pid != old, cancellationToken);
        ChildProgram.Signal(old, UnixSignal.Quit);
        await SoAsync(() => !Directory.Exists($"/proc/{old}") || IsZombie(old), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Pid() is { } pid)
            ChildProgram.Signal(pid, UnixSignal.Term);
        await Until.IsSoAsync(() => Task.FromResult(Pid() is null), Deadline, CancellationToken.None);
        _directory.Delete(recursive: true);
    }

    private static async Task SoAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        if (!await Until.IsSoAsync(() => Task.FromResult(condition()), Deadline, cancellationToken))
            throw new InvalidOperationException("nginx did not restart.");
    }

    private static bool IsZombie(int pid) => File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    private int? Pid()
    {
        try
        {
            return int.TryParse(File.ReadAllText(PidFile), out var pid) ? pid : null;
        }
        catch (FileNotFoundException)
        {
            // Not yet, no more, or just being renamed.
            return null;
        }
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.PidOne;

/// <summary>A worker that is as small as one can be, under an init that is PID 1, and what the init is after each hot restart.</summary>
internal sealed class RestartedProbe : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-pid1-");
    private readonly int _port = FreePort.Take();
    private readonly string _program;
    private readonly PidNamespace _namespace;

    public RestartedProbe(string program)
    {
        _program = program;
        var modes = Path.Combine(_directory.FullName, "modes");
        File.WriteAllText(modes, "");
        _namespace = new([program, "--control", Control, "--probation", "0s", "--", "dotnet", BuildPaths.InitProbe, modes, $"tcp:127.0.0.1:{_port}"]);
    }

    private string Control => Path.Combine(_directory.FullName, "control");

    private int InitId => _namespace.Id ?? throw new InvalidOperationException("PID 1 is gone.");

    /// <summary>Waits until the worker of a generation serves alone.</summary>
    public async Task<InitFootprint> FootprintAsync(int generation, CancellationToken cancellationToken)
    {
        if (!await Until.IsSoAsync(async () => await GenerationAsync(cancellationToken) == generation && ProcFs.Children(InitId).Count == 1, Deadline, cancellationToken))
            throw new InvalidOperationException($"Generation {generation} does not serve, or a worker before it has not ended: children {string.Join(' ', ProcFs.Children(InitId))}.");
        return new(Directory.GetFileSystemEntries($"/proc/{InitId}/fd").Length, ProcFs.ResidentBytes(InitId), ProcFs.PeakResidentBytes(InitId));
    }

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await using var command = ChildProgram.Run([_program, "restart", "--control", Control], onLine: _ => { });
        if (await command.WaitForExitAsync(cancellationToken) is var status and not 0)
            throw new InvalidOperationException($"The restart ended with status {status}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _namespace.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<int?> GenerationAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            using var reader = new StreamReader(client.GetStream());
            var answer = await reader.ReadToEndAsync(cancellationToken);
            return int.Parse(answer.Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (SocketException)
        {
            // It has not bound yet.
            return null;
        }
    }
}

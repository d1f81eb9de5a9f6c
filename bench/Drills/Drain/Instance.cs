using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Drain;

/// <summary>The real sample as one of several instances.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-drain-");
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ChildProgram _process;
    private Target? _target;

    private Instance(string[] settings) => _process = ChildProgram.Start(
        BuildPaths.WebApi, SampleArguments.Of(_directory, settings), workingDirectory: _directory.FullName, onLine: Read);

    public Target Target => _target!;

    public static async Task<Instance> StartAsync(string[] settings, CancellationToken cancellationToken)
    {
        var instance = new Instance(settings);
        try
        {
            instance._target = Target.Parse(await instance._address.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken));
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }

        return instance;
    }

    public void Terminate() => _process.Terminate();

    public Task<int> WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (_directory.Exists)
            _directory.Delete(recursive: true);
    }

    private void Read(string line)
    {
        if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            _address.TrySetResult(line[(at + Listening.Length)..].Trim());
    }
}

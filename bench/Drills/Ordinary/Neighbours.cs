using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Ordinary;

/// <summary>Processes of others that compute all the time, on every processor.</summary>
internal sealed class Neighbours : IAsyncDisposable
{
    // The kernel ends them after a minute of processor time, should the drill not live to do it.
    private static readonly string[] Command = ["/bin/sh", "-c", "ulimit -t 60; while :; do :; done"];

    private readonly ChildProgram[] _processes;

    private Neighbours(int count) => _processes = [.. Enumerable.Range(0, count).Select(_ => ChildProgram.Run(Command))];

    public static Neighbours Start(int count) => new(count);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
    }
}

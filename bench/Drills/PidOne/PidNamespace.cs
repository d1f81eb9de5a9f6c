using CrashShield.Drills.Processes;

namespace CrashShield.Drills.PidOne;

/// <summary>A PID namespace, as a container has one, and what is PID 1 in it. All of it ends with this object.</summary>
internal sealed class PidNamespace : IAsyncDisposable
{
    private readonly List<string> _lines = [];
    private readonly ChildProgram _unshare;

    public PidNamespace(params IEnumerable<string> command) =>
        _unshare = ChildProgram.Run(["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", .. command], onLine: Add, onErrorLine: _ => { });

    /// <summary>The number that PID 1 has outside, once it is there.</summary>
    public int? Id => ProcFs.Children(_unshare.Id) is [var only, ..] ? only : null;

    /// <returns>The exit status of PID 1.</returns>
    public Task<int> WaitForExitAsync(CancellationToken cancellationToken) => _unshare.WaitForExitAsync(cancellationToken);

    /// <summary>Waits for a line that begins with a word, and reads the number after it.</summary>
    public async Task<int> ReadNumberAsync(string word, TimeSpan deadline, CancellationToken cancellationToken)
    {
        string? line = null;
        await Until.IsSoAsync(() => Task.FromResult((line = Find(word)) is not null), deadline, cancellationToken);
        return int.Parse((line ?? throw new InvalidOperationException($"There is no line with '{word}' after {deadline}."))[(word.Length + 1)..]);
    }

    public ValueTask DisposeAsync() => _unshare.DisposeAsync();

    private void Add(string line)
    {
        lock (_lines)
            _lines.Add(line);
    }

    private string? Find(string word)
    {
        lock (_lines)
            return _lines.Find(line => line.StartsWith(word + " ", StringComparison.Ordinal));
    }
}

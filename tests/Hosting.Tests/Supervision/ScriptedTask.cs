using System.Collections.Concurrent;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>A child that does as it is told, and notes when it was started and stopped.</summary>
internal sealed class ScriptedTask(string name, ConcurrentQueue<string>? journal = null)
{
    private TaskCompletionSource _order = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _starts;
    private int _stops;

    public string Name => name;

    public int Starts => Volatile.Read(ref _starts);

    public int Stops => Volatile.Read(ref _stops);

    /// <summary>Whether it goes on when it is cancelled.</summary>
    public bool IgnoresCancellation { get; init; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var order = _order = new(TaskCreationOptions.RunContinuationsAsynchronously);
        journal?.Enqueue($"start {name}");
        Interlocked.Increment(ref _starts);
        try
        {
            await order.Task.WaitAsync(IgnoresCancellation ? CancellationToken.None : cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            journal?.Enqueue($"stop {name}");
            Interlocked.Increment(ref _stops);
            throw;
        }
    }

    public void Fail(Exception exception) => _order.SetException(exception);

    public void Finish() => _order.SetResult();

    public Task Started(int times = 1) => Deadline.Until(() => Starts >= times, $"{name} starts {times} times");
}

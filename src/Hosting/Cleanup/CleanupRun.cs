namespace CrashShield.Hosting.Cleanup;

/// <summary>
/// One run of a chain: a step is queued when the last of what it depends on has ended, however that ended. Steps run on
/// <see cref="CleanupThreads"/>, so that one that blocks holds up no other and can be given up, and so that a long chain of synchronous steps
/// needs no deep stack.
/// </summary>
internal sealed class CleanupRun
{
    private readonly TaskCompletionSource<CleanupReport> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CleanupGraph _graph;
    private readonly int[] _waitingFor;
    private readonly CleanupStepResult[] _results;
    private readonly CleanupStepRun?[] _runs;
    private readonly CleanupThreads _threads;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly CancellationToken _hurry;
    private int _left;

    private CleanupRun(CleanupGraph graph, TimeProvider time, CancellationToken hurry)
    {
        _graph = graph;
        _waitingFor = Array.ConvertAll(graph.Dependencies, dependencies => dependencies.Length);
        _results = new CleanupStepResult[graph.Steps.Count];
        _runs = new CleanupStepRun?[graph.Steps.Count];
        _threads = new(GiveUpOverdue);
        _left = graph.Steps.Count;
        _time = time;
        _started = time.GetTimestamp();
        _hurry = hurry;
    }

    public static Task<CleanupReport> StartAsync(CleanupGraph graph, TimeProvider time, CancellationToken hurry)
    {
        var run = new CleanupRun(graph, time, hurry);
        run.Start();
        return run._completion.Task;
    }

    private void Start()
    {
        if (_left == 0)
        {
            Complete();
            return;
        }

        foreach (var step in _graph.Steps)
        {
            if (_graph.Dependencies[step.Id].Length == 0)
                Queue(step);
        }

        _threads.Start();
    }

    private void Queue(CleanupStep step)
    {
        var run = new CleanupStepRun(step, _time, OnEnded, _hurry);
        Volatile.Write(ref _runs[step.Id], run);
        _threads.Queue(run);
    }

    private void GiveUpOverdue()
    {
        for (var id = 0; id < _runs.Length; id++)
            Volatile.Read(ref _runs[id])?.GiveUpWhenOverdue();
    }

    private void OnEnded(CleanupStepResult result)
    {
        _results[result.Id] = result;
        Volatile.Write(ref _runs[result.Id], null);
        foreach (var dependent in _graph.Dependents[result.Id])
        {
            if (Interlocked.Decrement(ref _waitingFor[dependent]) == 0)
                Queue(_graph.Steps[dependent]);
        }

        if (Interlocked.Decrement(ref _left) == 0)
            Complete();
    }

    private void Complete()
    {
        _threads.End();
        _completion.SetResult(new CleanupReport(_results, _time.GetElapsedTime(_started)));
    }
}

namespace CrashShield.Hosting.Cleanup;

/// <summary>
/// Clean-ups with explicit dependencies. Each runs after all that it depends on have ended, whether they succeeded or not; independent ones
/// run in parallel, on pool threads; each has a bound. Every step is tried and reported. Safe to use from any thread.
/// </summary>
public sealed class CleanupChain
{
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly List<CleanupStep> _steps = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly TimeSpan _stepTimeout;
    private readonly TimeProvider _time;
    private Task<CleanupReport>? _run;

    /// <summary>Makes an empty chain.</summary>
    /// <param name="stepTimeout">The bound of each step that is added without its own: 1 ms to 1 hour; default: 5 seconds.</param>
    /// <param name="time">The clock of the bounds; default: the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is out of range.</exception>
    public CleanupChain(TimeSpan? stepTimeout = null, TimeProvider? time = null)
    {
        _stepTimeout = stepTimeout ?? CleanupOptions.DefaultStepTimeout;
        ThrowIfOutOfRange(_stepTimeout, nameof(stepTimeout));
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Adds a step with the chain's bound.</summary>
    /// <param name="name">Its name in reports, and for others to depend on.</param>
    /// <param name="step">The work. Its token is cancelled when its bound is up, or when the chain is told to hurry.</param>
    /// <param name="dependsOn">What must have ended first: ids, and names, which may be added later.</param>
    /// <returns>The id of the step: 0 for the first, then 1, and so on.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id that it depends on was never returned.</exception>
    /// <exception cref="InvalidOperationException">The chain has been run.</exception>
    public int Add(string name, Func<CancellationToken, ValueTask> step, params ReadOnlySpan<CleanupDependency> dependsOn) =>
        Add(name, step, _stepTimeout, dependsOn);

    /// <summary>Adds a step with a bound of its own.</summary>
    /// <param name="name">Its name in reports, and for others to depend on.</param>
    /// <param name="step">The work. Its token is cancelled when its bound is up, or when the chain is told to hurry.</param>
    /// <param name="timeout">How long it may take before it is given up: 1 ms to 1 hour.</param>
    /// <param name="dependsOn">What must have ended first: ids, and names, which may be added later.</param>
    /// <returns>The id of the step: 0 for the first, then 1, and so on.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bound is out of range, or an id that it depends on was never returned.</exception>
    /// <exception cref="InvalidOperationException">The chain has been run.</exception>
    public int Add(string name, Func<CancellationToken, ValueTask> step, TimeSpan timeout, params ReadOnlySpan<CleanupDependency> dependsOn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(step);
        ThrowIfOutOfRange(timeout, nameof(timeout));
        lock (_lock)
        {
            if (_run is not null)
                throw new InvalidOperationException($"Clean-up step '{name}' comes too late: the chain has been run.");
            foreach (var dependency in dependsOn)
                ThrowIfUnknown_NeedsLock(name, dependency);
            if (!_ids.TryAdd(name, _steps.Count))
                throw new ArgumentException($"There is a clean-up step '{name}' already.", nameof(name));

            _steps.Add(new CleanupStep(_steps.Count, name, step, timeout, dependsOn.ToArray()));
            return _steps.Count - 1;
        }
    }

    /// <summary>Checks the chain without running it.</summary>
    /// <returns>The ids in one order that the dependencies allow (Kahn's), in which the steps of a run would start.</returns>
    /// <exception cref="InvalidOperationException">A step depends on a name that does not exist.</exception>
    /// <exception cref="CleanupCycleException">Steps wait for each other.</exception>
    public IReadOnlyList<int> Order()
    {
        lock (_lock)
            return CleanupGraph.Resolve(_steps, _ids).Order;
    }

    /// <summary>Runs every step. Calling it again gives the same run.</summary>
    /// <param name="hurry">
    /// Tells every step to hurry: the tokens of running steps are cancelled, and the steps left are still called, with a cancelled
    /// token and their own bound. Only the first call's counts.
    /// </param>
    /// <returns>What became of each step. Never faults and is never cancelled.</returns>
    /// <exception cref="InvalidOperationException">A step depends on a name that does not exist.</exception>
    /// <exception cref="CleanupCycleException">Steps wait for each other.</exception>
    public Task<CleanupReport> RunAsync(CancellationToken hurry = default)
    {
        // Starting only queues, so that no step's code runs under the lock.
        lock (_lock)
            return _run ??= CleanupRun.StartAsync(CleanupGraph.Resolve(_steps, _ids), _time, hurry);
    }

    private void ThrowIfUnknown_NeedsLock(string name, CleanupDependency dependency)
    {
        if (dependency.Name is null && (dependency.Id < 0 || dependency.Id >= _steps.Count))
        {
            throw new ArgumentOutOfRangeException(
                nameof(dependency), dependency.Id, $"Clean-up step '{name}' depends on an id that no step has; ids up to here are below {_steps.Count}.");
        }
    }

    internal static void ThrowIfOutOfRange(TimeSpan timeout, string parameter)
    {
        if (timeout < MinTimeout || timeout > MaxTimeout)
            throw new ArgumentOutOfRangeException(parameter, timeout, $"The bound of a clean-up step must be from {MinTimeout} to {MaxTimeout}.");
    }
}

using System.Collections.Concurrent;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Serving;

/// <summary>The background services of this process in a hand-over: exactly one process is to run them.</summary>
internal sealed class BackgroundWork(
    ServingTurns turns, WorkerServing serving, IEnumerable<HostedServices> services, IOptions<HostOptions> host, ILogger<BackgroundWork> logger, TimeProvider time)
{
    // What their requests begin may be for a background service here. One that stays is a stream, mostly, or idle in a client's pool.
    private static readonly TimeSpan ClientsLeaveWithin = TimeSpan.FromSeconds(2);

    // For a connection that was just being accepted, and for what its request has left in a queue.
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<BackgroundWork, bool> _joined = new();
    private bool _isToRest;
    private volatile bool _isTold;

    /// <summary>How long they have for it when another process is to go on with their work.</summary>
    public TimeSpan StopsWithin { get; } = host.Value.ShutdownTimeout;

    /// <summary>Whether background services of this process wait until it serves.</summary>
    public bool IsWaiting => Waiting is { Length: > 0 } && !turns.IsServing;

    /// <summary>Completes when those have been started for the first time.</summary>
    public Task Started => services.Select(static all => all.Started).FirstOrDefault() ?? Task.CompletedTask;

    /// <summary>This process has started beside another.</summary>
    public void TellWaiting()
    {
        _isTold = true;
        if (Waiting is { Length: > 0 } waiting)
            GuardedLog.Write(() => ServingLog.ServicesWait(logger, waiting));
        else if (Waiting is null)
            GuardedLog.Write(() => ServingLog.ServicesNotHeld(logger));
    }

    /// <summary>Has another host of this process do as this one does.</summary>
    public void Join(BackgroundWork other)
    {
        _joined.TryAdd(other, true);
        if (turns.IsServing)
            other.Serve();
    }

    /// <summary>That host ends.</summary>
    public void Leave(BackgroundWork other) => _joined.TryRemove(other, out _);

    /// <summary>This process serves.</summary>
    public void Serve()
    {
        foreach (var joined in _joined.Keys)
            joined.Serve();
        lock (_lock)
        {
            _isToRest = false;
            if (!turns.Serve())
                return;
        }

        if (_isTold)
            GuardedLog.Write(() => ServingLog.ServicesRun(logger));
    }

    /// <summary>Another process serves from now on.</summary>
    /// <returns>Whether it may go on with the work: not, when this process serves again meanwhile.</returns>
    public async Task<bool> RestAsync()
    {
        var others = Task.WhenAll(_joined.Keys.Select(static joined => joined.RestAsync()));
        _isTold = true;
        if (Waiting is null)
            GuardedLog.Write(() => ServingLog.ServicesNotHeld(logger));
        lock (_lock)
            _isToRest = true;
        await ClientsLeaveAsync().ConfigureAwait(false);
        var start = time.GetTimestamp();
        try
        {
            if (!await BeginRest().WaitAsync(StopsWithin, time).ConfigureAwait(false))
                return false;
            GuardedLog.Write(() => ServingLog.ServicesRest(logger, time.GetElapsedTime(start).TotalMilliseconds));
        }
        catch (TimeoutException)
        {
            GuardedLog.Write(() => ServingLog.ServicesGoOn(logger, StopsWithin, GoingOn));
        }

        await others.ConfigureAwait(false);
        return !turns.IsServing;
    }

    private string? Waiting => services.Select(static all => all.Waiting).FirstOrDefault();

    private string GoingOn => string.Join(", ", turns.Owners.Concat(services.SelectMany(static all => all.GoingOn)));

    private Task<bool> BeginRest()
    {
        lock (_lock)
            return _isToRest ? turns.Rest() : Task.FromResult(false);
    }

    private async Task ClientsLeaveAsync()
    {
        var start = time.GetTimestamp();
        var left = start;
        while (serving is { HasPaused: true, HasServer: true } && time.GetElapsedTime(start) < ClientsLeaveWithin && time.GetElapsedTime(left) < Calm)
        {
            await Task.Delay(LookEvery, time).ConfigureAwait(false);
            if (serving.Connections > 0)
                left = time.GetTimestamp();
        }
    }
}

using System.Collections.Concurrent;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Drain;

/// <summary>
/// Has a process end with a failure whose host stops because a background service has failed. .NET 10 stops such a host as any other, and the process ends with 0, which whoever restarts it by its status
/// takes for an end of its own choice. .NET 11 throws. Of a process with several hosts, such as a test's, nobody knows whether the failure of one is its own.
/// </summary>
internal sealed class BackgroundFailure
{
    private static int _hosts;

    private readonly IServiceProvider _services;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly DrainSequence _drain;
    private readonly ProcessEnd _end;
    private readonly BackgroundServiceExceptionBehavior _behavior;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<BackgroundService, bool> _stopped = new();
    private bool _isJudged;

    public BackgroundFailure(
        IServiceProvider services, IHostApplicationLifetime lifetime, DrainSequence drain, ProcessEnd end, IOptions<HostOptions> options, ILogger<DrainSequence> logger)
    {
        Interlocked.Increment(ref _hosts);
        (_services, _lifetime, _drain, _end, _behavior, _logger) = (services, lifetime, drain, end, options.Value.BackgroundServiceExceptionBehavior, logger);
    }

    /// <summary>
    /// Has the host's stop looked at when it begins. To be called before the services start, and again when they have started: the last to be registered is the first to be called, before the stop itself
    /// ends services.
    /// </summary>
    public void Watch()
    {
        _end.Judge = Judge;
        _lifetime.ApplicationStopping.UnsafeRegister(static failure => ((BackgroundFailure)failure!).Judge(), this);
    }

    /// <summary>Has those noted that end because the host is told to stop, by a token of their own that is linked with it: nothing of that shows in how they end.</summary>
    public void WatchEnds()
    {
        foreach (var service in Services())
        {
            // It notes it by itself.
            if (service is TurnService)
                continue;
            _ = service.ExecuteTask?.ContinueWith(_ => Note(service), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Note(BackgroundService service)
    {
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
            _stopped.TryAdd(service, true);
    }

    private static bool IsOnlyHost => Volatile.Read(ref _hosts) == 1;

    // The host's stop goes on beside it, and may ask for the status first.
    private void Judge()
    {
        lock (_lock)
        {
            if (_isJudged || !_lifetime.ApplicationStopping.IsCancellationRequested)
                return;
            _isJudged = true;
            JudgeNow();
        }
    }

    private void JudgeNow()
    {
        // Whoever has asked for a stop gets it with the status that it has without a failure.
        if (!IsOnlyHost || _drain.Request is not null || _behavior != BackgroundServiceExceptionBehavior.StopHost || FailedServices() is not { Length: > 0 } failed)
            return;
        _end.ExitWith(ProcessEnd.Status, static () => IsOnlyHost);
        GuardedLog.Write(() => DrainLog.ServiceFailed(_logger, string.Join(", ", failed), ProcessEnd.Status));
    }

    private string[] FailedServices() => [.. Services().Where(HasFailed).Select(NameOf)];

    private BackgroundService[] Services()
    {
        try
        {
            return [.. DotNetHost.ServicesOf(_services.GetRequiredService<IHost>()).OfType<BackgroundService>()];
        }
        catch (ObjectDisposedException)
        {
            // The host has not started, which is told by whoever has started it.
            return [];
        }
    }

    // One that waits by the token of the stop itself may have ended by it already.
    private bool HasFailed(BackgroundService service) => service.ExecuteTask is { IsCompleted: true, IsCompletedSuccessfully: false } task &&
        !(TaskFailure.Of(task) is OperationCanceledException cancelled && (cancelled.CancellationToken == _lifetime.ApplicationStopping || HasEndedByStop(service)));

    private bool HasEndedByStop(BackgroundService service) => service is TurnService turn ? turn.HasEndedByStop : _stopped.ContainsKey(service);

    private static string NameOf(BackgroundService service) => service is TurnService turn ? turn.Name : service.GetType().Name;
}

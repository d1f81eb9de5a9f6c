using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Drain;

/// <summary>
/// The way from the request to stop to the end: not ready, a while of serving on, lame duck, and then the host's own stop. On threads that are started with the host: when it is told to
/// stop, the pool may be starved, and no further thread be allowed.
/// </summary>
internal sealed class DrainSequence : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly ServingState _serving;
    private readonly DrainNotice _notice;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly DrainTimes _times;
    private readonly DrainWatch _watch;
    private readonly DrainPause _pause;
    private readonly CancellationTokenSource _now = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly Lock _lock = new();
    private DrainRequest? _request;
    private long _tookTicks;
    private int _stage;

    public DrainSequence(
        ServingState serving, DrainNotice notice, DrainTimes times, IHostApplicationLifetime lifetime, ProcessEnd end, ShieldMeter meter,
        ILogger<DrainSequence> logger, TimeProvider time)
    {
        (_serving, _notice, _times, _lifetime, _logger, _time) = (serving, notice, times, lifetime, logger, time);
        _pause = new(time);
        _watch = new(this, times, end, logger, time);
        meter.CreateGauge("crashshield.drain.duration", "s", "How long the process has been draining; 0 while it is not.", () => Duration.TotalSeconds);
    }

    public DrainStage Stage => (DrainStage)Volatile.Read(ref _stage);

    /// <summary>Who asked for it; <see langword="null"/> before.</summary>
    public DrainRequest? Request => Volatile.Read(ref _request);

    /// <summary>Cancelled when connections are to be cut.</summary>
    public CancellationToken Now => _now.Token;

    public TimeSpan Duration => Volatile.Read(ref _tookTicks) is var took and not 0 ? new(took) : Request is { } request ? _time.GetElapsedTime(request.At) : TimeSpan.Zero;

    public void Start()
    {
        new Thread(Run, StackSize) { IsBackground = true, Name = "shield drain" }.Start();
        _watch.Start();
    }

    /// <summary>Begins the drain and returns at once. Asked a second time it means: now.</summary>
    /// <param name="by">Who asks, for the log.</param>
    /// <param name="skipDelay">Whether nobody sends requests any more.</param>
    public void Begin(string by, bool skipDelay = false)
    {
        if (!TryBegin(by, skipDelay))
            Hurry(by);
    }

    /// <summary>Begins the drain and returns at once.</summary>
    /// <returns>False when it has begun already, which this does not hurry.</returns>
    public bool TryBegin(string by, bool skipDelay = false)
    {
        bool isFirst;
        lock (_lock)
        {
            // At once, and not when the thread comes to it.
            _serving.TryGo(ServingPhase.Draining, out var before);
            isFirst = _request is null;
            if (isFirst)
                Volatile.Write(ref _request, new(by, skipDelay || before == ServingPhase.HandingOver, _time.GetTimestamp()));
        }

        if (isFirst)
        {
            _pause.Begin();
            _watch.Begin();
        }

        return isFirst;
    }

    /// <summary>What has to end next.</summary>
    public void Reach(DrainStage stage) => Volatile.Write(ref _stage, (int)stage);

    /// <summary>The host has stopped.</summary>
    public void End()
    {
        if (Request is { } request)
        {
            Volatile.Write(ref _tookTicks, _time.GetElapsedTime(request.At).Ticks);
            Reach(DrainStage.Exit);
            GuardedLog.Write(() => DrainLog.Ended(_logger, Duration, request.By));
        }

        _ended.Set();
    }

    public void WaitForEnd() => _ended.Wait();

    // The watch goes on once a drain has begun: what keeps the program from ending may come after the host.
    public void Dispose()
    {
        _pause.Abandon();
        _watch.Abandon();
        _ended.Set();
    }

    private void Hurry(string by)
    {
        if (_now.IsCancellationRequested)
            return;

        GuardedLog.Write(() => DrainLog.Hurried(_logger, by));
        _pause.Hurry();
        Guard(_now.Cancel);
    }

    private void Run()
    {
        if (!_pause.WaitForBegin())
            return;

        // Before the start nobody is served, and a stop ends the start.
        var request = Request!;
        var times = _serving.HasServer && _lifetime.ApplicationStarted.IsCancellationRequested ? _times : _times.WithoutServing();
        if (request.SkipDelay)
            times = times with { Delay = TimeSpan.Zero };
        GuardedLog.Write(() => DrainLog.Began(_logger, request.By, times.Delay, times.LameDuck));

        Reach(DrainStage.Delay);
        Guard(_notice.TellDraining);
        _pause.Wait(times.Delay);
        Reach(DrainStage.LameDuck);
        Guard(() => _serving.SetLameDuck(true));
        _pause.Wait(times.LameDuck);
        Reach(DrainStage.Callbacks);
        Guard(_lifetime.StopApplication);
        // The host may be further already.
        Interlocked.CompareExchange(ref _stage, (int)DrainStage.Services, (int)DrainStage.Callbacks);
    }

    // Whatever fails, the process has to stop.
    private void Guard(Action part)
    {
        try
        {
            part();
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => DrainLog.PartFailed(_logger, e.GetType().FullName, ExceptionText.Message(e)));
        }
    }
}

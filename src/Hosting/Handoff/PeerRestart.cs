using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Handoff;

/// <summary>A hot restart that this process, the old worker, leads itself, on the thread that runs it. It is good for one.</summary>
internal sealed class PeerRestart
{
    // How soon it is seen that this process is to stop.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    // How soon the new process may work when the services of this one have stopped.
    private static readonly TimeSpan LookForRestEvery = TimeSpan.FromMilliseconds(10);

    // More than the work itself waits for its clients and services.
    private static readonly TimeSpan RestMargin = TimeSpan.FromSeconds(5);

    // For services that may take as long as they like.
    private static readonly TimeSpan Unbounded = TimeSpan.FromDays(365);

    private readonly ListeningSockets _sockets;
    private readonly WorkerServing _serving;
    private readonly BackgroundWork _work;
    private readonly ILogger _logger;
    private readonly WorkerBounds _bounds;
    private readonly WorkTurn<ISwapWorker> _turn;
    private readonly ThisWorker _old;
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private HotSwap<ISwapWorker>? _swap;
    private Message? _hello;

    public PeerRestart(
        WorkerBuild build, Func<WorkerBuild, WorkerBuild, string?> rule, HandoffOptions options, ListeningSockets sockets, WorkerServing serving, BackgroundWork work, HandoverStates states,
        ILogger logger)
    {
        (_sockets, _serving, _work, _logger) = (sockets, serving, work, logger);
        var stopsWithin = work.StopsWithin == Timeout.InfiniteTimeSpan ? Unbounded : work.StopsWithin;
        _bounds = new(options.ReadyTimeout, options.Probation, stopsWithin);
        _turn = new(stopsWithin + RestMargin, TimeProvider.System, static _ => { });
        _old = new(build, new(build, rule, serving, work, states, outcome => Outcome = outcome, logger)) { Answered = HearOld };
        _turn.Continue(_old);
    }

    /// <summary>What became of it, for the metric.</summary>
    public string Outcome { get; private set; } = HandoffMetrics.Failed;

    /// <summary>Runs it to its end.</summary>
    /// <returns>Why this process goes on, or <see langword="null"/> when another has taken over.</returns>
    public string? Run()
    {
        try
        {
            using var next = NextWorker.Start(_old.Generation + 1, _sockets);
            return Lead(next, _swap = new(_old, next, _bounds, TimeProvider.System, static _ => { }));
        }
        catch (Exception e)
        {
            // Whatever it is, nobody above this thread would catch it.
            var why = ExceptionText.Message(e);
            _swap?.Fail(why);
            _work.Serve();
            return why;
        }
    }

    private string? Lead(NextWorker next, HotSwap<ISwapWorker> swap)
    {
        while (!IsOver(next, swap))
        {
            Hear(next, swap);
            // Whoever has told this process to stop has not asked for another. One that may have clients already is not ended, but told to stop, too.
            if (_serving.IsDraining && !swap.IsOpen)
                swap.Fail("this process has been told to stop");
            if (next.Failure is { } why)
                swap.Fail(why);
            if (_old.TakeRested())
                _turn.Rested(_old);
            swap.Tick();
            _turn.Settle(swap is { IsWorking: true, Failure: null } ? next : _old);
        }

        if (swap.Failure is not null)
        {
            _sockets.AreHandedOver = false;
            return swap.Failure;
        }

        // Of two that have clients both finish what they have begun.
        next.Send(new(_serving.IsDraining ? ControlType.Stopping : ControlType.Alone));
        Outcome = HandoffMetrics.Completed;
        GuardedLog.Write(() => HandoffLog.HandedOver(_logger, _hello?.ProcessId, next.Generation, next.Version));
        return null;
    }

    // What the services of this process do not end within their bound goes on here.
    private bool IsOver(NextWorker next, HotSwap<ISwapWorker> swap) => swap.Step switch
    {
        SwapStep.Failed => true,
        SwapStep.Completed => _turn.Holder == next || next.HasExited,
        SwapStep.Probation => _serving.IsDraining && _turn.Holder == next,
        _ => false,
    };

    private void Hear(NextWorker next, HotSwap<ISwapWorker> swap)
    {
        var wait = swap.IsWorking && _turn.Holder != next ? LookForRestEvery : LookEvery;
        if (swap.Deadline.Milliseconds(TimeProvider.System) is >= 0 and var left && left < wait.TotalMilliseconds)
            wait = TimeSpan.FromMilliseconds(left);
        if (!next.TryReceive(wait, out var packet))
            return;
        if (packet is { } received)
            Handle(received, next, swap);
        else
            swap.NewDied($"the new process {next.Ending()}");
    }

    private void Handle(ControlPacket packet, NextWorker next, HotSwap<ISwapWorker> swap)
    {
        // It has none to give.
        if (packet.Descriptor >= 0)
            PacketSocket.Close(packet.Descriptor);
        var message = packet.Message;
        switch (message.Type)
        {
            case ControlType.Hello:
                _hello = message;
                swap.Hello(message);
                break;
            case ControlType.Listen when message.Endpoint is { } endpoint:
                AnswerListen(next, endpoint);
                break;
            case ControlType.Waits:
                // Its health depends on its background services. It has clients when it has shown that it is well with them.
                swap.Waits(message.Reason ?? "it gives no reason");
                break;
            case ControlType.Ready:
                swap.Ready();
                break;
            case ControlType.Opened:
                _sockets.AreHandedOver = true;
                swap.Opened();
                break;
            case ControlType.Failed:
                swap.Fail($"the new process fails: {message.Reason}");
                break;
            case ControlType.Stopping when swap.IsOpen:
                // Or it would go on alone when this process leads it no more.
                next.Send(new(ControlType.Stopping));
                swap.NewStops();
                break;
            case ControlType.Rested:
                _turn.Rested(next);
                break;
            case ControlType.Stopping or ControlType.Served or ControlType.Refuse:
                break;
            default:
                next.Send(Message.Refuse($"'{message.Type}' is not for this time."));
                break;
        }
    }

    private void HearOld(Message answer)
    {
        if (answer.Type == ControlType.Verdict)
            _swap!.Verdict(answer.Accepted == true, answer.Reason);
        else if (answer.Type == ControlType.State)
            _swap!.State(answer);
        else if (answer.Type == ControlType.Paused)
            _swap!.Paused();
    }

    private void AnswerListen(NextWorker next, string endpoint)
    {
        var ordinal = _asked.GetValueOrDefault(endpoint);
        _asked[endpoint] = ordinal + 1;
        // A listener that only the new build has: it binds by itself.
        next.Send(new(ControlType.Listening) { Endpoint = endpoint }, _sockets.Find(endpoint, ordinal) ?? -1);
    }
}

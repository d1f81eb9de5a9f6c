using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Handoff;

/// <summary>A hot restart that this process, the old worker, leads itself. It is good for one.</summary>
internal sealed class PeerRestart(
    WorkerBuild build, Func<WorkerBuild, WorkerBuild, string?> rule, HandoffOptions options, ListeningSockets sockets, WorkerServing serving, BackgroundWork work, HandoverStates states,
    ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan HelloWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(10);
    // How soon it is seen that this process is to stop.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StatusWithin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan KilledWithin = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private ControlChannel? _channel;
    private ControlMessage? _hello;
    private int _pid;
    private bool _isOpen;
    private bool _isPaused;
    private Task? _rest;

    /// <summary>What became of it, for the metric.</summary>
    public string Outcome { get; private set; } = HandoffMetrics.Failed;

    /// <summary>Whether the new process goes on alone: this one may have been told to stop, and then both do.</summary>
    public bool GoesOn { get; private set; }

    /// <summary>Runs it to its end.</summary>
    /// <returns>Why this process goes on, or <see langword="null"/> when another has taken over.</returns>
    public string? Run()
    {
        try
        {
            return Swap();
        }
        catch (Exception e)
        {
            // Whatever it is, nobody above this thread would catch it.
            return GiveUp(ExceptionText.Message(e));
        }
    }

    public void Dispose() => _channel?.Dispose();

    private string? Swap()
    {
        var (ours, theirs) = SystemSockets.Pair();
        _channel = new(ours);
        try
        {
            SystemSockets.BoundSends(ours, ReadWithin);
            _pid = Successor.Start(theirs, build.Generation + 1);
        }
        finally
        {
            SystemSockets.Close(theirs);
        }

        _hello = Expect(ControlType.Hello, HelloWithin);
        if (WhyNot(_hello) is { } why)
        {
            Outcome = HandoffMetrics.Refused;
            _channel.TrySend(new(ControlType.Refuse) { Reason = why });
            return GiveUp(why);
        }

        _channel.Send(new(ControlType.Welcome) { Peer = true, Beside = true });
        states.Send(message => _channel.Send(message));
        if (Expect(ControlType.Ready, options.ReadyTimeout, orElse: ControlType.Waits).Type == ControlType.Waits)
        {
            // Its health depends on its background services. It has clients when it has shown that it is well with them.
            _rest = RestAsync();
            Expect(ControlType.Ready, work.StopsWithin + options.ReadyTimeout);
        }

        // The new gate is open before this one closes, so that no client waits for one.
        _channel.Send(new(ControlType.Open));
        _isOpen = true;
        Expect(ControlType.Opened, OpenWithin);
        _isPaused = true;
        serving.Pause();
        _rest ??= RestAsync();
        if (WhyNotThroughProbation() is { } how)
            return GiveUp($"the new process {how} within its probation of {options.Probation.TotalSeconds:0.###} s");

        // What it does not end within its bound goes on there.
        _rest.GetAwaiter().GetResult();
        // Of two that have clients both finish what they have begun.
        GoesOn = !serving.IsDraining;
        _channel.Send(new(GoesOn ? ControlType.Alone : ControlType.Stopping));
        Outcome = HandoffMetrics.Completed;
        GuardedLog.Write(() => HandoffLog.HandedOver(logger, _hello.Pid, _hello.Generation, _hello.Version));
        return null;
    }

    private string? WhyNot(ControlMessage hello)
    {
        if (hello.Protocol != ControlChannel.Version)
            return $"it speaks protocol {hello.Protocol}, this one {ControlChannel.Version}";
        if (!Version.TryParse(hello.Version, out var version))
            return $"its version is '{hello.Version}'";
        return HandoffRule.WhyNot(rule, build, new(version, hello.Build ?? "", hello.Generation ?? 0));
    }

    /// <summary>Serves its questions until it says what it has to.</summary>
    private ControlMessage Expect(string type, TimeSpan within, string? orElse = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Whoever has told this process to stop has not asked for another. One that may have clients already is not ended, but told to stop, too.
            if (serving.IsDraining && !_isOpen)
                throw new InvalidOperationException("this process has been told to stop");
            ControlPacket? packet;
            try
            {
                packet = _channel!.Receive(LookEvery);
            }
            catch (TimeoutException)
            {
                if (TimeProvider.System.GetElapsedTime(start) < within)
                    continue;
                throw new TimeoutException($"the new process has not sent '{type}' within {within.TotalSeconds:0.###} s");
            }

            if (packet is not { Message: var message })
                throw new EndOfStreamException($"the new process {Ending()} before it has sent '{type}'");
            if (message.Type == type || message.Type == orElse)
                return message;
            if (message.Type == ControlType.Failed)
                throw new IOException($"the new process fails: {message.Reason}");
            Answer(message);
        }
    }

    private void Answer(ControlMessage message)
    {
        if (message.Type != ControlType.Listen || message.Endpoint is not { } endpoint)
        {
            _channel!.Send(new(ControlType.Refuse) { Reason = $"'{message.Type}' is not for this time." });
            return;
        }

        var ordinal = _asked.GetValueOrDefault(endpoint);
        _asked[endpoint] = ordinal + 1;
        // A listener that only the new build has: it binds by itself.
        _channel!.Send(new(ControlType.Listening) { Endpoint = endpoint }, sockets.Find(endpoint, ordinal) ?? -1);
    }

    private string? WhyNotThroughProbation()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!serving.IsDraining && options.Probation - TimeProvider.System.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            try
            {
                if (_channel!.Receive(left < LookEvery ? left : LookEvery) is not { Message: var message } || message.Type == ControlType.Stopping)
                    return Ending();
                if (message.Type == ControlType.Failed)
                    return $"fails ({message.Reason})";
                // A SIGUSR2 for the new process, or an endpoint that it binds again.
                if (message.Type is ControlType.Restart or ControlType.Listen)
                    Answer(message);
            }
            catch (TimeoutException)
            {
                // None of it is bad.
            }
        }

        return null;
    }

    private async Task RestAsync()
    {
        if (await work.RestAsync().ConfigureAwait(false))
            _channel!.TrySend(new(ControlType.Work));
    }

    private string GiveUp(string reason)
    {
        if (_isPaused)
        {
            Outcome = HandoffMetrics.RolledBack;
            serving.Resume();
        }

        if (_pid > 0)
        {
            Successor.Kill(_pid);
            _ = Ending(KilledWithin);
        }

        work.Serve();

        return reason;
    }

    // The end of the channel comes a moment before the status can be asked for.
    private string Ending() => Ending(StatusWithin);

    private string Ending(TimeSpan within)
    {
        string? ending = null;
        SpinWait.SpinUntil(() => (ending = Successor.Ending(_pid)) is not null, within);
        // Once it is reaped the number may be another's.
        if (ending is not null)
            _pid = 0;
        return ending ?? "ended";
    }
}

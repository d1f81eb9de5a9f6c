using System.Collections.Concurrent;
using System.Net.Sockets;
using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Handoff;

/// <summary>The worker's side of the control channel: asks the lead, and does what it is told, on a thread of its own.</summary>
internal sealed class LedWorker : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly ControlChannel _channel;
    private readonly WorkerBuild _build;
    private readonly WorkerServing _serving;
    private readonly HandoverStates _states;
    private readonly OldWorker _old;
    private readonly InitMetrics _initMetrics;
    private readonly ILogger _logger;
    private readonly Lock _asking = new();
    private readonly BlockingCollection<ControlPacket> _answers = [];
    private readonly TaskCompletionSource _stateComplete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _besideNobody = new();
    private bool _isLedByPeer;
    private bool _hasPartOfState;
    private bool _isOver;

    public LedWorker(
        int descriptor, WorkerBuild build, WorkerServing serving, BackgroundWork work, HandoverStates states, Func<WorkerBuild, WorkerBuild, string?> rule, HandoffMetrics metrics,
        ILogger logger)
    {
        // Before any child of the application can be started.
        SystemSockets.SetCloseOnExec(descriptor);
        _channel = new(descriptor);
        (_build, _serving, _states, _logger) = (build, serving, states, logger);
        _initMetrics = metrics.Init;
        _old = new(build, rule, serving, work, states, metrics.Ended, logger);
    }

    /// <summary>Whether another process leads this one.</summary>
    public static bool IsLed => TryFindChannel(Environment.GetEnvironmentVariable(WorkerVariables.ControlDescriptor), out _);

    /// <summary>The channel that a variable names.</summary>
    /// <returns>False where this process has none.</returns>
    public static bool TryFindChannel(string? variable, out int descriptor) =>
        int.TryParse(variable, out descriptor) && OperatingSystem.IsLinux() && PacketSocket.IsOne(descriptor);

    /// <summary>The lead tells to stop, and what for, or is gone (null). Called on the channel's thread.</summary>
    public required Action<string?> Ended { get; init; }

    /// <summary>This process goes on without a lead: it leaves, and says so, or it was the worker before and has died.</summary>
    public required Action<bool> LeftAlone { get; init; }

    /// <summary>Gets each socket that the lead, the worker before, leaves to this one if it dies: its endpoint and descriptor.</summary>
    public required Action<string, int> Left { get; init; }

    /// <summary>Called with each endpoint whose sockets no process has any more but this one.</summary>
    public required Action<string> Sole { get; init; }

    /// <summary>Called with each opening of the gate: how the worker ended badly in whose place this one comes, if it does.</summary>
    public required Action<string?> Opened { get; init; }

    /// <summary>The numbers of the signals that the lead is to pass on over the channel.</summary>
    public string? Signals { get; init; }

    /// <summary>Called with each, on the channel's thread.</summary>
    public Action<int>? Signalled { get; init; }

    /// <summary>Whether it is not the worker before that leads this one.</summary>
    public bool IsLedByInit { get; private set; }

    /// <summary>Whether the lead is gone.</summary>
    public bool IsOver => _answers.IsAddingCompleted;

    /// <summary>Whether another worker serves while this one starts.</summary>
    public bool IsBeside { get; private set; }

    /// <summary>Cancelled when that one is gone.</summary>
    public CancellationToken BesideNobody => _besideNobody.Token;

    /// <summary>Introduces itself and takes over the state of the worker before.</summary>
    /// <exception cref="InvalidOperationException">This worker is not wanted.</exception>
    public async Task GreetAsync(CancellationToken cancellationToken)
    {
        new Thread(Receive) { IsBackground = true, Name = "shield hand-over" }.Start();
        var answer = Ask(new(ControlType.Hello)
        {
            ProtocolVersion = Message.Protocol,
            ProcessId = Environment.ProcessId,
            Generation = _build.Generation,
            Version = _build.Version.ToString(),
            Build = _build.Build,
            Signals = Signals,
        });
        if (answer.Message.Type != ControlType.Welcome)
            throw new InvalidOperationException($"This worker may not take over: {answer.Message.Reason}.");

        await _stateComplete.Task.WaitAsync(AnswerWithin, cancellationToken).ConfigureAwait(false);
        await _states.LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for a listening socket.</summary>
    /// <returns>Its descriptor, or -1 when the lead has none and this process is to bind one.</returns>
    /// <exception cref="SocketException">It cannot be bound.</exception>
    /// <exception cref="IOException">It cannot be had for another reason.</exception>
    public int Listen(string endpoint) => Listen(endpoint, ControlType.Listen);

    /// <summary>Asks crashshield-init for a listening socket that the application makes itself where there is none.</summary>
    /// <inheritdoc cref="Listen(string)"/>
    public int Find(string endpoint) => Listen(endpoint, ControlType.Find);

    /// <summary>Has crashshield-init keep a socket that this process has bound.</summary>
    public void Bound(string endpoint, int descriptor)
    {
        try
        {
            _channel.Send(new(ControlType.Bound) { Endpoint = endpoint }, descriptor);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is gone, which the receiver sees.
        }
    }

    private int Listen(string endpoint, string type)
    {
        ControlPacket answer;
        try
        {
            answer = Ask(new(type) { Endpoint = endpoint });
        }
        catch (Exception e) when (_isLedByPeer && e is IOException or ObjectDisposedException)
        {
            // It is dead. What it listened on it has left to this one.
            return -1;
        }

        if (answer.Message.Type == ControlType.Listening)
            return answer.Descriptor;

        var why = $"The lead has no socket for {endpoint}: {answer.Message.Reason}";
        // As it would be without a lead: where there is no IPv6, Kestrel goes on without it.
        throw answer.Message.Errno is { } errno ? new SocketException((int)SystemSockets.ErrorOf(errno), why) : new IOException(why);
    }

    /// <summary>It is to run its background services before it can say whether it is ready.</summary>
    public void Waits(string reason) => _channel.TrySend(new(ControlType.Waits) { Reason = reason });

    public void Ready(int warmUps, TimeSpan took) => _channel.TrySend(new(ControlType.Ready) { WarmUps = warmUps, Milliseconds = took.TotalMilliseconds });

    public void Failed(string reason) => _channel.TrySend(new(ControlType.Failed) { Reason = reason });

    public void Served() => _channel.TrySend(new(ControlType.Served));

    /// <summary>It drains, and is to exit with a code.</summary>
    public void Stopping(int code) => _channel.TrySend(new(ControlType.Stopping) { Code = code });

    /// <summary>It listens on no socket of an endpoint any more. The worker before is not told: its own sockets are none of a lead's that stays.</summary>
    public void Released(string endpoint)
    {
        if (IsLedByInit)
            _channel.TrySend(new(ControlType.Released) { Endpoint = endpoint });
    }

    /// <summary>Has the lead begin a hot restart.</summary>
    /// <returns>Why not, or <see langword="null"/>.</returns>
    public string? Restart()
    {
        var answer = Ask(new(ControlType.Restart)).Message;
        return answer.Type == ControlType.Restarting ? null : answer.Reason ?? "the lead does not say why";
    }

    // The answers are left to the collector: the channel's thread may be adding one.
    public void Dispose()
    {
        _isOver = true;
        _channel.Shutdown();
    }

    private ControlPacket Ask(Message question)
    {
        lock (_asking)
        {
            // What came too late, or unasked, is no answer to this.
            while (_answers.TryTake(out var late))
            {
                if (late.Descriptor >= 0)
                    PacketSocket.Close(late.Descriptor);
            }

            _channel.Send(question);
            if (_answers.TryTake(out var answer, AnswerWithin))
                return answer;
            throw _answers.IsAddingCompleted
                ? new IOException($"The lead is gone, and has not answered '{question.Type}'.")
                : new TimeoutException($"The lead has not answered '{question.Type}' within {AnswerWithin.TotalSeconds} s.");
        }
    }

    private void Receive()
    {
        try
        {
            while (_channel.Receive() is { } packet && !_isOver)
                Handle(packet);
        }
        catch (Exception e)
        {
            // Nobody above this thread would catch it. A worker that cannot hear its lead is one without.
            GuardedLog.Write(() => HandoffLog.ChannelFailed(_logger, LoggableException.Of(e), e.GetType().FullName));
        }

        _channel.Dispose();
        _answers.CompleteAdding();
        if (_isLedByPeer && !_hasPartOfState)
            _stateComplete.TrySetResult();
        // What has been taken over in part is worth nothing.
        _stateComplete.TrySetException(new IOException("The lead is gone, and has passed on only a part of the state."));
        // When nobody waits for it any more.
        _ = _stateComplete.Task.Exception;
        _besideNobody.Cancel();
        if (_isOver)
            return;
        if (_isLedByPeer && _stateComplete.Task.IsCompletedSuccessfully)
            LeftAlone(false);
        else
            Ended(null);
    }

    private void Handle(ControlPacket packet)
    {
        // Nobody would close it.
        if (packet.Descriptor >= 0 && packet.Message is not ({ Type: ControlType.Listening } or { Type: ControlType.Keep, Endpoint: not null }))
        {
            PacketSocket.Close(packet.Descriptor);
            packet = packet with { Descriptor = -1 };
        }

        switch (packet.Message.Type)
        {
            case ControlType.Welcome:
                (_isLedByPeer, IsLedByInit, IsBeside) = (packet.Message.Peer == true, packet.Message.Peer != true, packet.Message.Beside == true);
                _answers.Add(packet);
                break;
            case ControlType.Listening or ControlType.Restarting or ControlType.Refuse:
                _answers.Add(packet);
                break;
            case ControlType.State:
                _hasPartOfState = !_states.Receive(packet.Message);
                if (!_hasPartOfState)
                    _stateComplete.TrySetResult();
                break;
            case ControlType.Keep when packet is { Descriptor: >= 0, Message.Endpoint: { } endpoint }:
                Left(endpoint, packet.Descriptor);
                break;
            case ControlType.Sole:
                if (packet.Message.Endpoint is { } own)
                    Sole(own);
                break;
            case ControlType.Open:
                _serving.Open();
                _channel.TrySend(new(ControlType.Opened));
                Opened(packet.Message.LastDeath);
                break;
            case ControlType.Alone:
                _isOver = true;
                LeftAlone(true);
                break;
            case ControlType.Signal:
                if (packet.Message.Signal is { } signal)
                    Signalled?.Invoke(signal);
                break;
            case ControlType.Figures:
                _initMetrics.Told(packet.Message);
                break;
            case ControlType.Hurry:
                _besideNobody.Cancel();
                break;
            case ControlType.Stopping:
                // A worker before that was told to stop ends soon, and this one is to end after it.
                _isLedByPeer = false;
                break;
            case ControlType.Stop:
                _isOver = true;
                _old.TryHandle(packet.Message, Answer);
                Ended(packet.Message.Reason ?? "Hot restart");
                break;
            default:
                if (!_old.TryHandle(packet.Message, Answer))
                    _channel.TrySend(Message.Refuse($"Nothing is known of the type '{packet.Message.Type}'."));
                break;
        }
    }

    private void Answer(Message message) => _channel.TrySend(message);
}

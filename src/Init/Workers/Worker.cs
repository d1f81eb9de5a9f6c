using CrashShield.Init.Listeners;

namespace CrashShield.Init.Workers;

/// <summary>A process that was started to serve, and what it has said of itself.</summary>
internal sealed class Worker(int processId, int generation, DateTimeOffset startedAt, IWorkerLink link) : ISwapWorker
{
    /// <summary>How long a worker has to be up until its end is no failed start.</summary>
    public static readonly TimeSpan Proof = TimeSpan.FromSeconds(10);

    /// <summary>In the place of the code of a worker that does not say what it is to exit with.</summary>
    public const int UnknownCode = -1;

    private readonly Dictionary<Endpoint, List<Listener>> _sockets = [];
    private readonly HashSet<Endpoint> _sole = [];

    public int ProcessId { get; } = processId;

    public int Generation { get; } = generation;

    public DateTimeOffset StartedAt { get; } = startedAt;

    public IWorkerLink Link { get; } = link;

    /// <summary>Of its entry assembly; null until it has said <c>hello</c>.</summary>
    public string? Version { get; private set; }

    public string? Build { get; private set; }

    /// <summary>The signals that it wants to be told of over its channel, as a set; none for a program that does not say.</summary>
    public ulong TakenSignals { get; set; }

    /// <summary>Whether it takes part in the hand-over protocol.</summary>
    public bool HasSaidHello => Version is not null;

    /// <summary>Whether it has said that it drains.</summary>
    public bool IsStopping => EndsWith is not null;

    /// <summary>The code that it is to exit with, once it has said that it drains.</summary>
    public int? EndsWith { get; set; }

    /// <summary>Whether its process has ended.</summary>
    public bool HasExited { get; set; }

    /// <summary>Which address it has not got because another socket has it, and which; or null.</summary>
    public string? Refusal { get; set; }

    /// <summary>Why the init itself has killed it, or null.</summary>
    public string? KilledFor { get; private set; }

    /// <summary>Whether it was killed because a limit of the cgroup held it up.</summary>
    public bool IsKilledAtLimit { get; private set; }

    /// <summary>
    /// Since when it has done what it is there for, on the clock's timestamps: a spare waits, another one accepts, or has started all that it has where it accepts nothing. Null before.
    /// </summary>
    public long? UpSince { get; set; }

    /// <summary>Whether it has said that it has served a client and lived on.</summary>
    public bool HasServed { get; set; }

    /// <summary>The figures of the init that it was told last.</summary>
    public Message? Figures { get; private set; }

    /// <summary>How far its start is; null for one that has come up beside another.</summary>
    public Startup? Startup { get; set; }

    /// <summary>Whether it has been told to accept connections.</summary>
    public bool HasOpened => Startup is null or { Step: StartupStep.Opening or StartupStep.Serving };

    /// <summary>The sockets that it has been given and has not given up.</summary>
    public IEnumerable<Listener> Sockets => _sockets.Values.SelectMany(sockets => sockets);

    /// <summary>What it has asked for, and how often each.</summary>
    public IEnumerable<(Endpoint Endpoint, int Times)> Asked => _sockets.Select(asked => (asked.Key, asked.Value.Count));

    /// <inheritdoc cref="TakenSignals"/>
    public bool Takes(Signal signal) => ((TakenSignals >> ((int)signal - 1)) & 1) == 1;

    /// <summary>A program says hello, which may be the second one in this process.</summary>
    public void Introduce(string? version, string? build)
    {
        (Version, Build, EndsWith, HasServed, UpSince, Figures, Refusal) = (version ?? "?", build ?? "?", null, false, null, null, null);
        _sockets.Clear();
        _sole.Clear();
    }

    /// <summary>The socket that its next request for an endpoint is for.</summary>
    public ListenerKey NextKey(Endpoint endpoint) => new(endpoint, _sockets.TryGetValue(endpoint, out var sockets) ? sockets.Count : 0);

    /// <summary>It has been given the socket for its next request for an endpoint.</summary>
    public void Has(Endpoint endpoint, Listener listener)
    {
        if (!_sockets.TryGetValue(endpoint, out var sockets))
            _sockets.Add(endpoint, sockets = []);
        sockets.Add(listener);
    }

    /// <summary>It listens on no socket of an endpoint any more.</summary>
    public void Released(Endpoint endpoint) => _sockets.Remove(endpoint);

    /// <summary>Tells it, once, of the endpoints whose sockets nobody has any more but it.</summary>
    /// <param name="isSole">Whether that is so of a socket.</param>
    public void TellSole(Func<Listener, bool> isSole)
    {
        foreach (var (endpoint, sockets) in _sockets)
        {
            if (sockets.TrueForAll(socket => isSole(socket)) && _sole.Add(endpoint))
                Link.Send(new Message(ControlType.Sole) { Endpoint = endpoint.Text });
        }
    }

    /// <summary>
    /// Whether it has served, or has been up for long enough to say that it does well. That its gate is open says nothing of one without a socket, and little of any other.
    /// </summary>
    public bool HasProved(TimeProvider time) => HasServed || (UpSince is { } since && time.GetElapsedTime(since) >= Proof);

    public void Send(Message message) => Link.Send(message);

    /// <summary>Tells it what the init counts, unless it knows.</summary>
    public void Tell(Message figures)
    {
        if (!HasSaidHello || Figures == figures)
            return;
        Figures = figures;
        Link.Send(figures);
    }

    public void Kill(string reason)
    {
        KilledFor ??= reason;
        Link.Signal(Signal.Kill);
    }

    /// <summary>Ends one that cannot react. Allocates nothing.</summary>
    public void KillAtLimit(string reason)
    {
        IsKilledAtLimit = KilledFor is null;
        Kill(reason);
    }

    public override string ToString() => Version is { } version
        ? $"worker {ProcessId} (generation {Generation}, version {version})"
        : $"worker {ProcessId} (generation {Generation})";
}

using CrashShield.Init.Listeners;

namespace CrashShield.Init.Workers;

/// <summary>A process that was started to serve, and what it has said of itself.</summary>
internal sealed class Worker(int processId, int generation, DateTimeOffset startedAt, IWorkerLink link) : ISwapWorker
{
    /// <summary>How long a worker has to be up until its end is no failed start.</summary>
    public static readonly TimeSpan Proof = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Endpoint, int> _asked = [];

    public int ProcessId { get; } = processId;

    public int Generation { get; } = generation;

    public DateTimeOffset StartedAt { get; } = startedAt;

    public IWorkerLink Link { get; } = link;

    /// <summary>Of its entry assembly; null until it has said <c>hello</c>.</summary>
    public string? Version { get; private set; }

    public string? Build { get; private set; }

    /// <summary>Whether it takes part in the hand-over protocol.</summary>
    public bool HasSaidHello => Version is not null;

    /// <summary>Whether it has said that it drains.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Whether its process has ended.</summary>
    public bool HasExited { get; set; }

    /// <summary>Why the init itself has killed it, or null.</summary>
    public string? KilledFor { get; private set; }

    /// <summary>
    /// Since when it has done what it is there for, on the clock's timestamps: a spare waits, another one accepts, or has started all that it has where it accepts nothing. Null before.
    /// </summary>
    public long? UpSince { get; set; }

    /// <summary>Whether it has said that it has served a client and lived on.</summary>
    public bool HasServed { get; set; }

    /// <summary>How far its start is; null for one that has come up beside another.</summary>
    public Startup? Startup { get; set; }

    public IEnumerable<ListenerKey> Asked =>
        _asked.SelectMany(asked => Enumerable.Range(0, asked.Value), (asked, ordinal) => new ListenerKey(asked.Key, ordinal));

    public void Introduce(string? version, string? build) => (Version, Build) = (version ?? "?", build ?? "?");

    /// <summary>The socket that its next request for an endpoint is for.</summary>
    public ListenerKey NextKey(Endpoint endpoint)
    {
        var ordinal = _asked.GetValueOrDefault(endpoint);
        _asked[endpoint] = ordinal + 1;
        return new ListenerKey(endpoint, ordinal);
    }

    public void HasAsked(Endpoint endpoint, int times) => _asked[endpoint] = times;

    /// <summary>A request that was refused does not count.</summary>
    public void Forget(ListenerKey key) => _asked[key.Endpoint] = key.Ordinal;

    /// <summary>
    /// Whether it has served, or has been up for long enough to say that it does well. That its gate is open says nothing of one without a socket, and little of any other.
    /// </summary>
    public bool HasProved(TimeProvider time) => HasServed || (UpSince is { } since && time.GetElapsedTime(since) >= Proof);

    public void Send(Message message) => Link.Send(message);

    public void Kill(string reason)
    {
        KilledFor ??= reason;
        Link.Signal(Signal.Kill);
    }

    public override string ToString() => Version is { } version
        ? $"worker {ProcessId} (generation {Generation}, version {version})"
        : $"worker {ProcessId} (generation {Generation})";
}

using System.Net;
using System.Net.Sockets;
using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// The listening sockets of the process, kept beside the server: whoever listens on one gets an object that does not own the descriptor, so that its end neither closes the socket nor sets SO_LINGER on it
/// while another process has it too. One that the server listens on no more is given up at once: a client is better refused than left waiting.
/// </summary>
internal sealed class ListeningSockets : IDisposable
{
    // A server that changes an endpoint cuts the connections of the old one after 5 s, and binds it again.
    private static readonly TimeSpan BoundAgainWithin = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<KeptSocket> _kept = [];

    // Those of endpoints that the server is about to bind again. Each is with its timer.
    private readonly List<(KeptSocket Kept, Timer Bound)> _idle = [];

    // Of a lead that is a worker, sent unasked: if it dies they are what is listened on.
    private readonly List<KeptSocket> _left = [];

    /// <summary>Who has the sockets, when this process does not bind them: a descriptor for an endpoint.</summary>
    public Func<string, int>? Lead { get; set; }

    /// <summary>As <see cref="Lead"/>, for a socket that the application makes itself where the lead has none.</summary>
    public Func<string, int>? LeadOfMade { get; set; }

    /// <summary>Given each socket that the application has made itself.</summary>
    public Action<string, int>? Made { get; set; }

    /// <summary>Told the name of an endpoint on none of whose sockets this process listens any more.</summary>
    public Action<string>? Released { get; set; }

    /// <summary>Whether another process goes on with them.</summary>
    public bool AreHandedOver { get; set; }

    /// <summary>Whether no server listens on any of them.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _kept.Count == 0;
        }
    }

    /// <summary>Those that the server listens on.</summary>
    public IReadOnlyList<KeptSocket> All
    {
        get
        {
            lock (_lock)
                return [.. _kept];
        }
    }

    /// <summary>The name of an endpoint in the protocol.</summary>
    public static string KeyOf(EndPoint endPoint) => Endpoint.NameOf(endPoint);

    /// <summary>A socket that listens.</summary>
    /// <param name="endPoint">Where.</param>
    /// <param name="bind">Binds one and listens, when nobody else has it.</param>
    /// <param name="isMade">Whether the application makes its sockets itself.</param>
    /// <exception cref="SocketException">It cannot be had.</exception>
    public KeptSocket Take(EndPoint endPoint, Func<EndPoint, Socket> bind, bool isMade = false)
    {
        var key = KeyOf(endPoint);
        if (TakeIdle(idle => idle.Key == key) is { } idle)
            return idle;

        var lead = isMade ? LeadOfMade ?? Lead : Lead;
        var kept = lead?.Invoke(key) is >= 0 and var descriptor ? new KeptSocket(key, descriptor) : null;
        var left = TakeLeft(key);
        if (kept is null)
            kept = left ?? new KeptSocket(key, bind(endPoint));
        else if (left is not null)
            SystemSockets.Close(left.Descriptor);
        if (isMade && kept.IsOwn && Made is { } made)
        {
            kept.IsShared = true;
            made(key, kept.Descriptor);
        }

        lock (_lock)
            _kept.Add(kept);
        return kept;
    }

    /// <summary>A socket that the lead leaves to this process if it dies.</summary>
    public void Leave(string key, int descriptor)
    {
        lock (_lock)
            _left.Add(new(key, descriptor));
    }

    /// <summary>The lead has given up the sockets of an endpoint, and no other process has them.</summary>
    public void BecomeSole(string key)
    {
        lock (_lock)
        {
            foreach (var kept in _kept.Where(kept => kept.Key == key))
                kept.IsSole = true;
        }
    }

    /// <summary>The server listens on all that it wants: what else was left is closed.</summary>
    public void CloseLeft()
    {
        lock (_lock)
        {
            _left.ForEach(static left => SystemSockets.Close(left.Descriptor));
            _left.Clear();
        }
    }

    /// <summary>The descriptor of the n-th socket for an endpoint, to be handed over; none of one that no client finds any more.</summary>
    public int? Find(string key, int ordinal)
    {
        lock (_lock)
            return _kept.Where(kept => kept.Key == key).Skip(ordinal).FirstOrDefault() is { IsReachable: true } kept ? kept.Descriptor : null;
    }

    /// <summary>The server does not listen on it any more, and is about to listen on it again: clients wait.</summary>
    public void Rest(KeptSocket kept)
    {
        lock (_lock)
        {
            if (_kept.Contains(kept) && !_idle.Exists(idle => idle.Kept == kept))
                _idle.Add((kept, new Timer(GiveUp, kept, BoundAgainWithin, Timeout.InfiniteTimeSpan)));
        }
    }

    /// <summary>The server does not listen on it any more: it is closed. A second time changes nothing.</summary>
    public void Release(KeptSocket kept)
    {
        bool isLast;
        lock (_lock)
        {
            if (!_kept.Remove(kept))
                return;
            isLast = !_kept.Exists(other => other.Key == kept.Key);
        }

        End(kept);
        if (isLast)
            Released?.Invoke(kept.Key);
    }

    public void Dispose()
    {
        CloseLeft();
        lock (_lock)
        {
            _idle.ForEach(idle => idle.Bound.Dispose());
            _idle.Clear();
            _kept.ForEach(End);
            _kept.Clear();
        }
    }

    private void End(KeptSocket kept)
    {
        if (AreHandedOver || kept.IsShared || (Lead is not null && !kept.IsOwn))
            kept.Leave();
        else
            kept.Close();
    }

    private void GiveUp(object? kept)
    {
        if (TakeIdle(idle => idle == kept) is { } idle)
            Release(idle);
    }

    private KeptSocket? TakeLeft(string key)
    {
        lock (_lock)
        {
            var left = _left.Find(kept => kept.Key == key);
            if (left is not null)
                _left.Remove(left);
            return left;
        }
    }

    private KeptSocket? TakeIdle(Predicate<KeptSocket> predicate)
    {
        lock (_lock)
        {
            var at = _idle.Count == 0 ? -1 : _idle.FindIndex(idle => predicate(idle.Kept));
            if (at < 0)
                return null;
            var (kept, bound) = _idle[at];
            _idle.RemoveAt(at);
            bound.Dispose();
            return kept;
        }
    }
}

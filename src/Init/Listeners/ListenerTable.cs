namespace CrashShield.Init.Listeners;

/// <summary>The listening sockets. They outlive every worker; each keeps its place by endpoint and ordinal.</summary>
internal sealed class ListenerTable
{
    private readonly Dictionary<ListenerKey, Listener> _listeners = [];

    public IEnumerable<Listener> All => _listeners.Values;

    /// <summary>Finds the socket or opens it. One that is in its way is closed when no worker has it.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="holder">The worker that has a socket, or null.</param>
    /// <exception cref="ListenException">It cannot be opened.</exception>
    public Listener Get(ListenerKey key, Func<Listener, string?> holder)
    {
        if (Find(key) is not { } known)
            return Open(key, holder, isGiven: false);
        if (known.IsReachable)
            return known;

        Output.Log($"{known.Bound} is bound anew: its file was removed or is another one's");
        // The worker that has it keeps it, and nobody finds it.
        var again = ListeningSocket.Open(known.Key.Endpoint);
        known.Close();
        return Add(known.Key, again, known.IsGiven);
    }

    /// <summary>Finds the socket that an application has made itself, and makes way for one when there is none.</summary>
    /// <exception cref="ListenException">A worker has one in its way.</exception>
    public Listener? GetMade(ListenerKey key, Func<Listener, string?> holder)
    {
        if (Find(key) is { } known)
        {
            if (known.IsReachable)
                return known;
            Close(known);
        }

        MakeWay(key.Endpoint, holder);
        return null;
    }

    /// <summary>Keeps a socket that a worker has bound. One that is not kept is closed.</summary>
    public Listener? TryKeep(ListenerKey key, int descriptor)
    {
        if (ListeningSocket.EndpointOf(descriptor) is not null && !_listeners.ContainsKey(key))
            return Add(key, descriptor, isGiven: false);
        SocketCalls.Close(descriptor);
        return null;
    }

    /// <summary>Opens a socket that the operator has chosen.</summary>
    /// <exception cref="ListenException">It cannot be opened.</exception>
    public Listener GetGiven(ListenerKey key) => Find(key) ?? Open(key, static _ => null, isGiven: true);

    /// <summary>The socket that is the answer to a request: the one for the very endpoint, or one that the operator has chosen and that has its connections, too.</summary>
    public Listener? Find(ListenerKey key)
    {
        if (_listeners.TryGetValue(key, out var known))
            return known.IsHeld ? known : null;
        return RangeOf(key.Endpoint) is { } range ? _listeners.Values.FirstOrDefault(listener => listener is { IsHeld: true, IsGiven: true } && listener.Range?.Covers(range) == true) : null;
    }

    /// <summary>Takes a socket over that somebody else has bound.</summary>
    public void Adopt(Listener listener) => _listeners.Add(listener.Key, listener);

    /// <summary>The next ordinal of an endpoint that is free.</summary>
    public ListenerKey NextKey(Endpoint endpoint)
    {
        var key = new ListenerKey(endpoint, 0);
        while (_listeners.ContainsKey(key))
            key = key with { Ordinal = key.Ordinal + 1 };
        return key;
    }

    /// <summary>Closes the sockets that nobody wants.</summary>
    /// <returns>The ones closed.</returns>
    public IReadOnlyList<Listener> CloseAllBut(IReadOnlySet<Listener> wanted)
    {
        List<Listener> unwanted = [.. _listeners.Values.Where(listener => !wanted.Contains(listener))];
        unwanted.ForEach(Close);
        return unwanted;
    }

    /// <summary>
    /// Leaves sockets to the worker that accepts on them, and after which nobody will. When the last of two holders closes one, those that have connected since the first one did are reset.
    /// One that systemd has, too, stays: its clients wait for the next start of the unit.
    /// </summary>
    public void LeaveToWorker(IEnumerable<Listener> listeners)
    {
        foreach (var listener in listeners.Where(listener => !listener.IsPassed && _listeners.ContainsValue(listener)))
            listener.Leave();
    }

    /// <summary>Lets new clients in: a worker that has ended may have kept them out of what it was about to close.</summary>
    public void LetClientsIn()
    {
        foreach (var listener in _listeners.Values)
        {
            if (listener.IsHeld)
                SocketCalls.DetachFilter(listener.Descriptor);
        }
    }

    public void CloseAll() => CloseAllBut(new HashSet<Listener>());

    // As it would be opened: [::] for both families.
    private static AddressRange? RangeOf(Endpoint endpoint) => endpoint.Port == 0 ? null : AddressRange.Of(endpoint, isDual: true);

    private Listener Open(ListenerKey key, Func<Listener, string?> holder, bool isGiven)
    {
        var gone = MakeWay(key.Endpoint, holder);
        try
        {
            return Add(key, ListeningSocket.Open(key.Endpoint), isGiven);
        }
        catch (ListenException e) when (gone is { IsGiven: true } && e.Errno == Errno.AddressInUse)
        {
            throw new ListenException(key.Endpoint, e.Errno, $"{gone.Bound} overlaps it, and whoever has passed that socket has it still");
        }
    }

    private Listener? MakeWay(Endpoint endpoint, Func<Listener, string?> holder)
    {
        if (RangeOf(endpoint) is not { } range)
            return null;
        Listener[] overlapping = [.. _listeners.Values.Where(listener => listener.Range?.Overlaps(range) == true)];
        foreach (var listener in overlapping)
        {
            if (listener.IsUnits)
                throw new ListenException(endpoint, Errno.AddressInUse, $"{listener.Bound} overlaps it, and the systemd unit has that socket for as long as it is there");
            if (holder(listener) is { } worker)
                throw new ListenException(endpoint, Errno.AddressInUse, $"{worker} listens on {listener.Bound}, which overlaps it; a port changes its address when that worker has ended");
        }

        foreach (var listener in overlapping)
        {
            Output.Log($"{listener.Bound} is closed: it overlaps {endpoint}, and no worker listens on it");
            Close(listener);
        }

        return overlapping.LastOrDefault();
    }

    private Listener Add(ListenerKey key, int descriptor, bool isGiven)
    {
        var bound = ListeningSocket.EndpointOf(descriptor) ?? key.Endpoint;
        return _listeners[key] = new Listener(key, descriptor, bound, bound.File is { } path ? SocketFile.InodeOf(path) : null, isGiven);
    }

    private void Close(Listener listener)
    {
        _listeners.Remove(listener.Key);
        listener.Close();
    }
}

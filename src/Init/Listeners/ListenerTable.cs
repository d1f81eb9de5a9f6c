namespace CrashShield.Init.Listeners;

/// <summary>The listening sockets. They outlive every worker; each keeps its place by endpoint and ordinal.</summary>
internal sealed class ListenerTable
{
    private readonly Dictionary<ListenerKey, Listener> _listeners = [];

    public IEnumerable<Listener> All => _listeners.Values;

    /// <summary>Finds the socket or opens it.</summary>
    /// <exception cref="ListenException">It cannot be opened.</exception>
    public Listener Get(ListenerKey key)
    {
        if (_listeners.TryGetValue(key, out var known))
            return known;

        var descriptor = ListeningSocket.Open(key.Endpoint);
        var bound = ListeningSocket.EndpointOf(descriptor) ?? key.Endpoint;
        var listener = new Listener(key, descriptor, bound, bound.Path is { } path ? SocketFile.InodeOf(path) : null);
        _listeners.Add(key, listener);
        return listener;
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

    /// <summary>Closes the sockets that nobody in service has asked for: a client is better refused than left waiting.</summary>
    /// <returns>The ones closed.</returns>
    public IReadOnlyList<Listener> CloseAllBut(IReadOnlySet<ListenerKey> wanted)
    {
        List<Listener> unwanted = [.. _listeners.Values.Where(listener => !wanted.Contains(listener.Key))];
        foreach (var listener in unwanted)
        {
            _listeners.Remove(listener.Key);
            listener.Close();
        }

        return unwanted;
    }

    public void CloseAll() => CloseAllBut(new HashSet<ListenerKey>());
}

using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace CrashShield.Middleware.Handoff;

/// <summary>Connections to the process's own listeners that nobody else sees: one end of a pair is given to the server as if it had been accepted.</summary>
internal sealed class WarmConnections
{
    private readonly Lock _lock = new();
    private readonly List<(EndPoint EndPoint, ChannelWriter<Socket> Writer)> _listeners = [];

    /// <summary>Where the server listens, in the order in which it was bound.</summary>
    public IReadOnlyList<EndPoint> EndPoints
    {
        get
        {
            lock (_lock)
                return [.. _listeners.Select(listener => listener.EndPoint)];
        }
    }

    public void Add(EndPoint endPoint, ChannelWriter<Socket> writer)
    {
        lock (_lock)
            _listeners.Add((endPoint, writer));
    }

    public void Remove(ChannelWriter<Socket> writer)
    {
        lock (_lock)
            _listeners.RemoveAll(listener => listener.Writer == writer);
    }

    /// <summary>A connection to a listener.</summary>
    public NetworkStream Connect(int listener)
    {
        var (client, server) = SocketPair.Create();
        lock (_lock)
            _listeners[listener].Writer.TryWrite(server);
        return new NetworkStream(client, ownsSocket: true);
    }
}

using System.Net.Sockets;

namespace CrashShield.Tests;

/// <summary>A broker in memory: it delivers a message until it is acknowledged over the connection that it was delivered by.</summary>
internal sealed class Broker
{
    private readonly Lock _lock = new();
    private readonly List<int> _ready = [];
    private readonly List<int> _acknowledged = [];
    private readonly HashSet<int> _returned = [];
    private readonly HashSet<Connection> _connections = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAway;
    private int _refused;

    /// <summary>How many connections it has refused since it went away last.</summary>
    public int Refused
    {
        get
        {
            lock (_lock)
                return _refused;
        }
    }

    public bool HasConsumer
    {
        get
        {
            lock (_lock)
                return _connections.Count > 0;
        }
    }

    public IReadOnlyList<int> Acknowledged
    {
        get
        {
            lock (_lock)
                return [.. _acknowledged];
        }
    }

    /// <summary>Whether a message was delivered before, over a connection that ended without its acknowledgement.</summary>
    public bool WasReturned(int message)
    {
        lock (_lock)
            return _returned.Contains(message);
    }

    public void Publish(IEnumerable<int> messages)
    {
        lock (_lock)
        {
            _ready.AddRange(messages);
            Changed_NeedsLock();
        }
    }

    public void GoAway()
    {
        lock (_lock)
        {
            (_isAway, _refused) = (true, 0);
            foreach (var connection in _connections.ToArray())
                Close_NeedsLock(connection);
        }
    }

    public void ComeBack()
    {
        lock (_lock)
            _isAway = false;
    }

    public Connection Connect()
    {
        lock (_lock)
        {
            if (_isAway)
            {
                _refused++;
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            var connection = new Connection(this);
            _connections.Add(connection);
            return connection;
        }
    }

    private void Close_NeedsLock(Connection connection)
    {
        if (!_connections.Remove(connection))
            return;
        _ready.InsertRange(0, connection.Unacknowledged);
        _returned.UnionWith(connection.Unacknowledged);
        Changed_NeedsLock();
    }

    private void Changed_NeedsLock()
    {
        _changed.SetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class Connection(Broker broker) : IDisposable
    {
        public List<int> Unacknowledged { get; } = [];

        public async Task<int> ReceiveAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Task changed;
                lock (broker._lock)
                {
                    ThrowIfCut();
                    if (broker._ready is [var message, ..])
                    {
                        broker._ready.RemoveAt(0);
                        Unacknowledged.Add(message);
                        return message;
                    }

                    changed = broker._changed.Task;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }

        public void Acknowledge(int message)
        {
            lock (broker._lock)
            {
                ThrowIfCut();
                if (!Unacknowledged.Remove(message))
                    throw new InvalidOperationException($"Message {message} was not delivered over this connection.");
                broker._acknowledged.Add(message);
            }
        }

        public void Dispose()
        {
            lock (broker._lock)
                broker.Close_NeedsLock(this);
        }

        private void ThrowIfCut()
        {
            if (!broker._connections.Contains(this))
                throw new IOException("The broker has closed the connection.");
        }
    }
}

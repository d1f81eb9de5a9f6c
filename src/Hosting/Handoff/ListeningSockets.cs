using System.Net;
using System.Net.Sockets;
using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// The listening sockets of the process, kept beside the server: whoever listens on one gets an object that does not own the descriptor, so that its end neither closes the socket nor sets SO_LINGER on it
/// while another process has it too.
/// </summary>
internal sealed class ListeningSockets : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<KeptSocket> _kept = [];

    // Of the lead's, those that the server has let go of: when it binds the endpoint again, as after a change of its configuration, the lead would have to bind a second socket.
    private readonly List<KeptSocket> _idle = [];

    // Of a lead that is a worker, sent unasked: if it dies they are what is listened on.
    private readonly List<KeptSocket> _left = [];

    /// <summary>Who has the sockets, when this process does not bind them: a descriptor for an endpoint.</summary>
    public Func<string, int>? Lead { get; set; }

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
    /// <exception cref="SocketException">It cannot be had.</exception>
    public KeptSocket Take(EndPoint endPoint, Func<EndPoint, Socket> bind)
    {
        var key = KeyOf(endPoint);
        if (TakeIdle(key) is { } idle)
            return idle;

        var kept = Lead?.Invoke(key) is >= 0 and var descriptor ? new KeptSocket(key, descriptor) : null;
        var left = TakeLeft(key);
        if (kept is null)
            kept = left ?? new KeptSocket(key, bind(endPoint));
        else
            left?.Dispose();
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

    /// <summary>The server listens on all that it wants: what else was left is closed.</summary>
    public void CloseLeft()
    {
        lock (_lock)
        {
            _left.ForEach(static left => left.Dispose());
            _left.Clear();
        }
    }

    /// <summary>The descriptor of the n-th socket for an endpoint, to be handed over.</summary>
    public int? Find(string key, int ordinal)
    {
        lock (_lock)
            return _kept.Where(kept => kept.Key == key).Skip(ordinal).FirstOrDefault()?.Descriptor;
    }

    /// <summary>The server does not listen on it any more. It is closed unless others have it.</summary>
    public void Release(KeptSocket kept)
    {
        if (AreHandedOver)
            return;

        lock (_lock)
        {
            if (Lead is not null)
            {
                _idle.Add(kept);
                return;
            }

            // Not twice: its number may be another's by then.
            if (!_kept.Remove(kept))
                return;
        }

        End(kept);
    }

    public void Dispose()
    {
        CloseLeft();
        lock (_lock)
        {
            if (!AreHandedOver)
                _kept.ForEach(End);
            _kept.Clear();
            _idle.Clear();
        }
    }

    private void End(KeptSocket kept)
    {
        kept.Dispose();
        if (Lead is null)
            kept.RemoveFile();
    }

    private KeptSocket? TakeIdle(string key) => Take(_idle, key);

    private KeptSocket? TakeLeft(string key) => Take(_left, key);

    private KeptSocket? Take(List<KeptSocket> from, string key)
    {
        lock (_lock)
        {
            var found = from.Find(kept => kept.Key == key);
            if (found is not null)
                from.Remove(found);
            return found;
        }
    }
}

using System.Net;
using System.Net.Sockets;

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

    /// <summary>The name of an endpoint in the protocol.</summary>
    public static string KeyOf(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint unix ? $"unix:{unix}" : $"tcp:{endPoint}";

    /// <summary>A socket that listens.</summary>
    /// <param name="endPoint">Where.</param>
    /// <param name="bind">Binds one and listens, when nobody else has it.</param>
    /// <exception cref="SocketException">It cannot be had.</exception>
    public KeptSocket Take(EndPoint endPoint, Func<EndPoint, Socket> bind)
    {
        var key = KeyOf(endPoint);
        if (TakeIdle(key) is { } idle)
            return idle;

        var kept = Lead?.Invoke(key) is >= 0 and var descriptor ? new KeptSocket(key, descriptor) : new KeptSocket(key, bind(endPoint));
        lock (_lock)
            _kept.Add(kept);
        return kept;
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

    private KeptSocket? TakeIdle(string key)
    {
        lock (_lock)
        {
            var idle = _idle.Find(kept => kept.Key == key);
            if (idle is not null)
                _idle.Remove(idle);
            return idle;
        }
    }
}

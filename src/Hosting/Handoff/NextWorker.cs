using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>The new process of a hot restart that this one leads, and this one's end of its control channel.</summary>
internal sealed class NextWorker : ISwapWorker, IDisposable
{
    // What it does not read by then it never will.
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(10);

    // The end of the channel comes a moment before the status can be asked for.
    private static readonly TimeSpan StatusWithin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan KilledWithin = TimeSpan.FromSeconds(5);

    private readonly ControlChannel _channel;
    private readonly ListeningSockets _sockets;
    private readonly int _pid;

    private NextWorker(ControlChannel channel, ListeningSockets sockets, int pid, int generation) =>
        (_channel, _sockets, _pid, Generation) = (channel, sockets, pid, generation);

    public int Generation { get; }

    public string? Version { get; private set; }

    public string? Build { get; private set; }

    public bool HasExited { get; private set; }

    /// <summary>Why it is no use to tell it anything any more, if so.</summary>
    public string? Failure { get; private set; }

    /// <exception cref="IOException">It cannot be started.</exception>
    public static NextWorker Start(int generation, ListeningSockets sockets)
    {
        var (ours, theirs) = SystemSockets.Pair();
        var channel = new ControlChannel(ours);
        try
        {
            SystemSockets.BoundSends(ours, ReadWithin);
            return new(channel, sockets, Successor.Start(theirs, generation), generation);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
        finally
        {
            PacketSocket.Close(theirs);
        }
    }

    /// <inheritdoc cref="ControlChannel.TryReceive"/>
    public bool TryReceive(TimeSpan within, out ControlPacket? packet) => _channel.TryReceive(within, out packet);

    public void Introduce(string? version, string? build) => (Version, Build) = (version, build);

    public void Send(Message message)
    {
        if (message.Type == ControlType.Welcome)
            Welcome(message);
        else
            Send(message, -1);
    }

    public void Send(Message message, int descriptor)
    {
        try
        {
            _channel.Send(message, descriptor);
        }
        catch (IOException e)
        {
            // Any other is its end, which is to be received.
            if (e.HResult == Errno.Again)
                Failure = $"{this} has read nothing for {Duration.Format(ReadWithin)}";
        }
    }

    public void Kill(string reason)
    {
        // Once it is reaped the number may be another's.
        if (HasExited)
            return;
        Successor.Kill(_pid);
        Ending(KilledWithin);
        // Nobody waits for one that a system call holds.
        HasExited = true;
    }

    /// <summary>How it has ended, when the end of its channel was seen.</summary>
    public string Ending() => Ending(StatusWithin);

    public void Dispose() => _channel.Dispose();

    public override string ToString() => $"the new process {_pid}";

    // Its lead is a worker, which ends when it serves, and may die before: the sockets are to outlive that.
    private void Welcome(Message welcome)
    {
        Send(welcome with { Peer = true }, -1);
        foreach (var kept in _sockets.All.Where(static kept => kept.IsReachable))
            Send(new(ControlType.Keep) { Endpoint = kept.Key }, kept.Descriptor);
    }

    private string Ending(TimeSpan within)
    {
        string? ending = null;
        if (!HasExited)
            SpinWait.SpinUntil(() => (ending = Successor.Ending(_pid)) is not null, within);
        HasExited |= ending is not null;
        return ending ?? "ended";
    }
}

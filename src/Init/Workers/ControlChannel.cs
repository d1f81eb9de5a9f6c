using CrashShield.Init.Listeners;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>A worker's process and the init's end of its control channel.</summary>
internal sealed class ControlChannel : IWorkerLink, IPolled
{
    /// <summary>The longest packet, docs/handoff.md.</summary>
    public const int MaxPacket = 32 * 1024;

    // A worker that reads nothing for so long is not going to.
    private const int MaxQueued = 1024;

    private static readonly byte[] Buffer = new byte[MaxPacket];

    private readonly EventLoop _loop;
    private readonly int _processId;
    private readonly Queue<(byte[] Packet, int Descriptor)> _unsent = [];
    private Action<Message>? _received;
    private bool _isOpen;
    private bool _processIsGone;

    public ControlChannel(EventLoop loop, int processId, int descriptor)
    {
        (_loop, _processId, Descriptor) = (loop, processId, descriptor);
        _isOpen = descriptor >= 0;
        if (_isOpen)
            _loop.Add(this);
    }

    public int Descriptor { get; private set; }

    public PollEvents Wanted => _unsent.Count > 0 ? PollEvents.In | PollEvents.Out : PollEvents.In;

    /// <param name="message">Called with each message.</param>
    public void Listen(Action<Message> message) => _received = message;

    public void Send(Message message, int descriptor = -1)
    {
        if (!_isOpen)
            return;
        _unsent.Enqueue((MessageWriter.Write(message), descriptor));
        Flush();
        if (_unsent.Count > MaxQueued)
        {
            Output.Log($"worker {_processId} reads nothing from its control channel, which is closed now");
            CloseChannel();
        }
    }

    public void Signal(Signal signal)
    {
        // Not after its end was seen: the number may be another's by then.
        if (!_processIsGone)
            ProcessCalls.Kill(_processId, (int)signal);
    }

    public void Ready(PollEvents events)
    {
        Flush();
        Drain();
    }

    private void Drain()
    {
        while (_isOpen)
        {
            var length = SocketCalls.Receive(Descriptor, Buffer, MaxPacket, SocketCalls.DoNotWait | SocketCalls.Truncate);
            if (length < 0 && Errno.Last is Errno.Again or Errno.Interrupted)
                return;
            // A peer that has died with packets unread: told once, and before what it has said itself.
            if (length < 0 && Errno.Last == Errno.ConnectionReset)
                continue;
            if (length <= 0)
                CloseChannel();
            else if (length > MaxPacket)
                Send(Message.Refuse($"a packet has at most {MaxPacket} bytes, this one had {length}"));
            else
                Handle(Buffer.AsSpan(0, (int)length));
        }
    }

    public void Close()
    {
        _processIsGone = true;
        Drain();
        CloseChannel();
    }

    private void Handle(ReadOnlySpan<byte> packet)
    {
        Message message;
        try
        {
            message = MessageReader.Read(packet);
        }
        catch (FormatException e)
        {
            Send(Message.Refuse(e.Message));
            return;
        }

        _received?.Invoke(message);
    }

    private void Flush()
    {
        while (_isOpen && _unsent.TryPeek(out var next))
        {
            var sent = next.Descriptor < 0
                ? SocketCalls.Send(Descriptor, next.Packet, (nuint)next.Packet.Length, SocketCalls.NoSignal | SocketCalls.DoNotWait)
                : DescriptorPacket.Send(Descriptor, next.Packet, next.Descriptor);
            if (sent < 0 && Errno.Last is Errno.Again or Errno.Interrupted)
                return;
            _unsent.Dequeue();
            if (sent < 0)
                CloseChannel();
        }
    }

    private void CloseChannel()
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        _unsent.Clear();
        _loop.Remove(this);
        SocketCalls.Close(Descriptor);
        Descriptor = -1;
    }
}

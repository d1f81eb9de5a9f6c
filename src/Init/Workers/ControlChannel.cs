using System.Buffers;
using CrashShield.Init.Listeners;
using CrashShield.Init.Polling;

namespace CrashShield.Init.Workers;

/// <summary>A worker's process and the init's end of its control channel.</summary>
internal sealed class ControlChannel : IWorkerLink, IPolled
{
    // A worker that reads nothing for so long is not going to.
    private const int MaxQueued = 1024;

    // A sixth of a megabyte of the longest packets.
    private const int ManyQueued = 8;

    // One thread uses them, for all channels: what a worker leaves to the next one may be many megabytes.
    private static readonly byte[] Buffer = new byte[PacketSocket.MaxPacket];
    private static readonly ArrayBufferWriter<byte> Packet = new(PacketSocket.MaxPacket);

    private readonly EventLoop _loop;
    private readonly int _processId;
    private readonly Queue<(byte[] Packet, int Descriptor)> _unsent = [];
    private Action<Message>? _received;
    private Func<bool> _isHeld = static () => false;
    private int _came = -1;
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

    public PollEvents Wanted => (_unsent.Count > 0 ? PollEvents.Out : PollEvents.None) | (_isHeld() ? PollEvents.None : PollEvents.In);

    public bool IsFull => _unsent.Count >= ManyQueued;

    /// <param name="message">Called with each message.</param>
    public void Listen(Action<Message> message) => _received = message;

    public void HoldWhile(Func<bool> isHeld) => _isHeld = isHeld;

    public void Send(Message message, int descriptor = -1)
    {
        if (!_isOpen)
            return;
        Packet.ResetWrittenCount();
        MessageWriter.Write(message, Packet);
        if (_unsent.Count == 0 && TrySend(Packet.WrittenSpan, descriptor))
            return;
        _unsent.Enqueue((Packet.WrittenSpan.ToArray(), descriptor));
        if (_unsent.Count > MaxQueued)
        {
            Output.Log($"worker {_processId} reads nothing from its control channel, which is closed now");
            CloseChannel();
        }
    }

    public int TakeDescriptor()
    {
        var came = _came;
        _came = -1;
        return came;
    }

    public void Signal(Signal signal)
    {
        // Not after its end was seen: the number may be another's by then.
        if (!_processIsGone)
            ChildCalls.Kill(_processId, (int)signal);
    }

    public void Ready(PollEvents events)
    {
        Flush();
        Drain();
    }

    private void Drain()
    {
        // What a process has said before its end is for nobody to wait for.
        while (_isOpen && (_processIsGone || !_isHeld()))
        {
            var packet = PacketSocket.Receive(Descriptor, Buffer, wait: false);
            if (packet.Error == Errno.Again)
                return;
            _came = packet.Descriptor;
            if (packet.Length == 0)
                CloseChannel();
            else
                Handle(packet.Length);
            if (TakeDescriptor() is >= 0 and var unwanted)
                PacketSocket.Close(unwanted);
        }
    }

    public void Close()
    {
        _processIsGone = true;
        Drain();
        CloseChannel();
    }

    private void Handle(int length)
    {
        Message message;
        try
        {
            message = MessageReader.Read(Buffer, length);
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
        while (_isOpen && _unsent.TryPeek(out var next) && TrySend(next.Packet, next.Descriptor))
            _unsent.TryDequeue(out _);
    }

    // False when it has to wait.
    private bool TrySend(ReadOnlySpan<byte> packet, int descriptor)
    {
        var error = PacketSocket.Send(Descriptor, packet, descriptor, wait: false);
        if (error is not (0 or Errno.Again))
            CloseChannel();
        return error != Errno.Again;
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

using System.ComponentModel;
using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>One end of the control channel. Many may send; one thread receives.</summary>
internal sealed class ControlChannel(int descriptor) : IDisposable
{
    private const int None = -1;

    private readonly Lock _sending = new();

    // Of its own, as a send may wait.
    private readonly Lock _closing = new();
    private readonly byte[] _buffer = new byte[PacketSocket.MaxPacket];
    private int _descriptor = descriptor;

    // The end of one is what the other sees. Not shutdown(2) of the channel itself, which ends it for all who have it: a shell may start a second program with it.
    private (int Sleeper, int Waker) _wake = (None, None);
    private bool _isShut;

    /// <exception cref="IOException">The other side is gone.</exception>
    public void Send(Message message, int descriptor = None)
    {
        var packet = MessageWriter.Write(message);
        lock (_sending)
        {
            ObjectDisposedException.ThrowIf(_descriptor == None, this);
            if (PacketSocket.Send(_descriptor, packet, descriptor, wait: true) is not 0 and var error)
                throw new IOException($"The control channel: {new Win32Exception(error).Message}", error);
        }
    }

    /// <summary>Waits for the next packet. One that cannot be read is refused and passed over.</summary>
    /// <returns><see langword="null"/> at the end.</returns>
    public ControlPacket? Receive()
    {
        var sleeper = OpenWake();
        while (sleeper != None && _descriptor != None && SystemSockets.IsReadableBefore(_descriptor, sleeper) && PacketSocket.Receive(_descriptor, _buffer, wait: true) is { Length: > 0 } received)
        {
            if (Read(received) is { } packet)
                return packet;
        }

        return null;
    }

    /// <summary>Waits for the next packet for so long.</summary>
    /// <param name="within">How long.</param>
    /// <param name="packet">The packet; <see langword="null"/> at the end.</param>
    /// <returns>False when none came.</returns>
    public bool TryReceive(TimeSpan within, out ControlPacket? packet)
    {
        packet = null;
        var start = TimeProvider.System.GetTimestamp();
        for (var left = within; left > TimeSpan.Zero && SystemSockets.IsReadable(_descriptor, left); left = within - TimeProvider.System.GetElapsedTime(start))
        {
            var received = PacketSocket.Receive(_descriptor, _buffer, wait: true);
            if (received.Length == 0)
                return true;
            // One that cannot be read buys no time.
            packet = Read(received);
            if (packet is not null)
                return true;
        }

        return false;
    }

    /// <summary>Sends unless the other side is gone, which the receiver will see.</summary>
    public bool TrySend(Message message)
    {
        try
        {
            Send(message);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Ends a <see cref="Receive()"/> that waits. The descriptor is closed by <see cref="Dispose"/>.</summary>
    public void Shutdown()
    {
        lock (_closing)
        {
            _isShut = true;
            // Once it is closed the number may be another's.
            if (_wake.Waker != None)
                PacketSocket.Close(_wake.Waker);
            _wake.Waker = None;
        }
    }

    public void Dispose()
    {
        lock (_sending)
        lock (_closing)
        {
            if (_descriptor != None)
                PacketSocket.Close(_descriptor);
            _descriptor = None;
            foreach (var end in new[] { _wake.Sleeper, _wake.Waker })
            {
                if (end != None)
                    PacketSocket.Close(end);
            }

            _wake = (None, None);
        }
    }

    private int OpenWake()
    {
        lock (_closing)
        {
            if (_wake.Sleeper == None && !_isShut)
                _wake = SystemSockets.Pair();
            return _isShut ? None : _wake.Sleeper;
        }
    }

    private ControlPacket? Read(ReceivedPacket received)
    {
        try
        {
            return new(MessageReader.Read(_buffer, received.Length), received.Descriptor);
        }
        catch (FormatException e)
        {
            if (received.Descriptor >= 0)
                PacketSocket.Close(received.Descriptor);
            TrySend(Message.Refuse(e.Message));
            return null;
        }
    }
}

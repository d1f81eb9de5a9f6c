using System.Text.Json;

namespace CrashShield.Hosting.Handoff;

/// <summary>One end of the control channel. Many may send; one thread receives.</summary>
internal sealed class ControlChannel(int descriptor) : IDisposable
{
    public const int Version = 1;
    public const int MaxPacket = 32 * 1024;

    /// <summary>Of a state's data, so that its packet stays within bounds in base64 and with its name.</summary>
    public const int MaxData = 16 * 1024;

    private const int None = -1;

    private readonly Lock _sending = new();

    // Of its own, as a send may wait.
    private readonly Lock _closing = new();
    private readonly byte[] _buffer = new byte[MaxPacket];
    private int _descriptor = descriptor;

    /// <exception cref="IOException">The other side is gone.</exception>
    public void Send(ControlMessage message, int descriptor = None)
    {
        var packet = JsonSerializer.SerializeToUtf8Bytes(message, ControlJson.Default.ControlMessage);
        lock (_sending)
        {
            ObjectDisposedException.ThrowIf(_descriptor == None, this);
            SystemSockets.Send(_descriptor, packet, descriptor);
        }
    }

    /// <summary>Waits for the next packet. One that cannot be read is refused and passed over.</summary>
    /// <returns><see langword="null"/> at the end.</returns>
    public ControlPacket? Receive()
    {
        while (_descriptor != None && SystemSockets.Receive(_descriptor, _buffer) is { Length: > 0 } received)
        {
            if (Read(received) is { } packet)
                return packet;
        }

        return null;
    }

    /// <summary>Waits for the next packet for so long.</summary>
    /// <returns><see langword="null"/> at the end.</returns>
    /// <exception cref="TimeoutException">None came.</exception>
    public ControlPacket? Receive(TimeSpan within)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var left = within; left > TimeSpan.Zero && SystemSockets.IsReadable(_descriptor, left); left = within - TimeProvider.System.GetElapsedTime(start))
        {
            var received = SystemSockets.Receive(_descriptor, _buffer);
            if (received.Length == 0)
                return null;
            // One that cannot be read buys no time.
            if (Read(received) is { } packet)
                return packet;
        }

        throw new TimeoutException();
    }

    /// <summary>Sends unless the other side is gone, which the receiver will see.</summary>
    public bool TrySend(ControlMessage message)
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
            // Once it is closed the number may be another's.
            if (_descriptor != None)
                SystemSockets.Shutdown(_descriptor);
        }
    }

    public void Dispose()
    {
        lock (_sending)
        lock (_closing)
        {
            if (_descriptor != None)
                SystemSockets.Close(_descriptor);
            _descriptor = None;
        }
    }

    private ControlPacket? Read(ReceivedPacket received)
    {
        if (TryRead(_buffer.AsSpan(0, received.Length), out var message, out var why) && !received.IsTruncated)
            return new(message!, received.Descriptor);

        if (received.Descriptor != None)
            SystemSockets.Close(received.Descriptor);
        TrySend(new(ControlType.Refuse) { Reason = received.IsTruncated ? $"A packet has at most {MaxPacket} bytes." : why });
        return null;
    }

    private static bool TryRead(ReadOnlySpan<byte> packet, out ControlMessage? message, out string? why)
    {
        (message, why) = (null, "A packet is a JSON object with the property type.");
        try
        {
            message = JsonSerializer.Deserialize(packet, ControlJson.Default.ControlMessage);
            return !string.IsNullOrEmpty(message?.Type);
        }
        catch (JsonException e)
        {
            why = $"{why} {e.Message}";
            return false;
        }
    }
}

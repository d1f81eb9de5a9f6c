namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>An EventPipe session of the process with itself that samples the stacks of all managed threads. One thread begins it, ends it and reads it.</summary>
internal sealed class SampleSession : IDisposable
{
    private readonly Func<DiagnosticsPort> _connect;
    private readonly DiagnosticsPort _events;
    private DiagnosticsPort? _stop;
    private ulong? _session;

    public SampleSession(Func<DiagnosticsPort> connect)
    {
        _connect = connect;
        _events = connect();
        try
        {
            _events.Send(DiagnosticsMessage.Collect());
            _session = ReadSession();
        }
        catch
        {
            _events.Dispose();
            throw;
        }
    }

    public int Receive(Span<byte> buffer) => _events.Receive(buffer);

    /// <summary>Asks the runtime to end the session. What it still has to say has to be read, and its response comes only then.</summary>
    public void Stop()
    {
        if (_session is not { } session)
            return;
        _session = null;
        _stop = _connect();
        _stop.Send(DiagnosticsMessage.Stop(session));
    }

    /// <summary>Ends the session if it has not ended; a session whose reader is gone also ends by itself with the next event.</summary>
    public void Dispose()
    {
        try
        {
            Stop();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // The closed connection ends it.
        }

        _events.Dispose();
        _stop?.Dispose();
    }

    private ulong ReadSession()
    {
        var (size, isOk) = DiagnosticsMessage.Response(ReadExactly(DiagnosticsMessage.HeaderSize));
        var fields = new NettraceCursor(ReadExactly(size));
        return isOk ? fields.UInt64() : throw new IOException($"the runtime refused to sample its stacks (0x{fields.Int32():X8})");
    }

    private byte[] ReadExactly(int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            read += _events.Receive(bytes.AsSpan(read)) is > 0 and var more
                ? more
                : throw new InvalidDataException("the diagnostics port closed the connection");
        }

        return bytes;
    }
}

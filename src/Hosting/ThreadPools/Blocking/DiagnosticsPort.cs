using System.Net.Sockets;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>
/// A connection to the diagnostics port of this process, a Unix domain socket that the runtime listens on. Nothing here waits for the thread pool or for
/// the epoll threads of .NET's sockets: the socket does not block, and poll(2) waits for it up to the deadline.
/// </summary>
internal sealed class DiagnosticsPort : IDisposable
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
    private readonly Func<TimeSpan> _left;

    private DiagnosticsPort(string path, Func<TimeSpan> left)
    {
        _left = left;
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <param name="directory">Where the runtime puts its sockets.</param>
    /// <param name="left">The time that is left for all that the connection is used for.</param>
    public static DiagnosticsPort Connect(string directory, Func<TimeSpan> left)
    {
        foreach (var path in Directory.EnumerateFiles(directory, $"dotnet-diagnostic-{Environment.ProcessId}-*-socket"))
        {
            if (TryConnect(path, left) is { } port)
                return port;
        }

        throw new IOException($"the runtime has no diagnostics port in {directory}: DOTNET_EnableDiagnostics is 0, or the directory was not writable when the process started");
    }

    public void Send(ReadOnlySpan<byte> message)
    {
        if (_socket.Send(message) != message.Length)
            throw new IOException("the diagnostics port took only a part of a message");
    }

    /// <returns>How many bytes; 0 at the end.</returns>
    public int Receive(Span<byte> buffer)
    {
        var left = _left();
        if (left <= TimeSpan.Zero || !_socket.Poll(left, SelectMode.SelectRead))
            throw new TimeoutException("the runtime did not deliver the stacks in time");
        return _socket.Receive(buffer);
    }

    public void Dispose() => _socket.Dispose();

    // A socket of another process may bear our number: of one that has ended, or of another container that shares the directory.
    private static DiagnosticsPort? TryConnect(string path, Func<TimeSpan> left)
    {
        try
        {
            var port = new DiagnosticsPort(path, left);
            if (port.IsOwn())
                return port;
            port.Dispose();
        }
        catch (SocketException)
        {
            // Nobody listens, or another user's process does: ours may be the next.
        }

        return null;
    }

    private bool IsOwn()
    {
        if (!OperatingSystem.IsLinux())
            return true;
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        _socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        return new NettraceCursor(credentials).Int32() == Environment.ProcessId;
    }
}

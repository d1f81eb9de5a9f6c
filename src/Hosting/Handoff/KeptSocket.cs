using System.Net.Sockets;

namespace CrashShield.Hosting.Handoff;

/// <summary>A listening socket that outlasts the server's use of it.</summary>
internal sealed class KeptSocket : IDisposable
{
    private const string UnixPath = "unix:/";

    // The one that has bound it: it owns the descriptor, and unlinks the path of a Unix socket when it is disposed. It has no accept pending, ever.
    private readonly Socket? _binder;
    private Socket? _acceptor;

    public KeptSocket(string key, Socket binder)
        : this(key, (int)binder.Handle) => _binder = binder;

    public KeptSocket(string key, int descriptor) => (Key, Descriptor) = (key, descriptor);

    public string Key { get; }

    public int Descriptor { get; }

    /// <summary>
    /// An object to accept with asynchronously, the same for whoever listens here next: .NET has the descriptor watched until it is closed, and cannot have it watched again.
    /// </summary>
    public Socket Acceptor => _acceptor ??= Open();

    /// <summary>An object to accept with, which does not own the descriptor.</summary>
    public Socket Open() => new(new SafeSocketHandle(Descriptor, ownsHandle: false));

    /// <summary>Removes the file of a Unix socket whose binder has left it to this process. One that was bound here goes with its binder.</summary>
    public void RemoveFile()
    {
        if (_binder is not null || !Key.StartsWith(UnixPath, StringComparison.Ordinal))
            return;

        try
        {
            File.Delete(Key[(UnixPath.Length - 1)..]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, as that of a process that was killed does.
        }
    }

    public void Dispose()
    {
        _acceptor?.Dispose();
        if (_binder is null)
            SystemSockets.Close(Descriptor);
        else
            _binder.Dispose();
    }
}

using System.Collections.Concurrent;
using System.Net.Sockets;

namespace CrashShield.Hosting.Handoff;

/// <summary>A listening socket that outlasts the server's use of it.</summary>
internal sealed class KeptSocket
{
    private const string UnixPath = "unix:/";

    // Those of sockets that others go on with: the end of such an object would take the path away.
    private static readonly ConcurrentQueue<Socket> Left = [];

    // The one that has bound it: it owns the descriptor, and unlinks the path of a Unix socket when it is disposed. It has no accept pending, ever.
    private readonly Socket? _binder;
    private Socket? _acceptor;

    public KeptSocket(string key, Socket binder)
        : this(key, (int)binder.Handle) => _binder = binder;

    public KeptSocket(string key, int descriptor) => (Key, Descriptor) = (key, descriptor);

    public string Key { get; }

    public int Descriptor { get; }

    /// <summary>Whether this process has bound it.</summary>
    public bool IsOwn => _binder is not null;

    /// <summary>Whether this process has bound it and a lead keeps it.</summary>
    public bool IsShared { get; set; }

    /// <summary>Whether the lead has said that no process has it but this one.</summary>
    public bool IsSole { get; set; }

    /// <summary>Whether the file of a Unix socket is there still.</summary>
    public bool IsReachable => PathOf(Key) is not { } path || File.Exists(path);

    /// <summary>
    /// An object to accept with asynchronously, the same for whoever listens here next: .NET has the descriptor watched until it is closed, and cannot have it watched again.
    /// </summary>
    public Socket Acceptor => _acceptor ??= Open();

    /// <summary>An object to accept with, which does not own the descriptor.</summary>
    public Socket Open() => new(new SafeSocketHandle(Descriptor, ownsHandle: false));

    /// <summary>Ends it, and the file of a Unix socket with it.</summary>
    public void Close()
    {
        _acceptor?.Dispose();
        if (_binder is not null)
        {
            _binder.Dispose();
            return;
        }

        SocketShare.GiveUp(Descriptor);
        RemoveFile();
    }

    /// <summary>Leaves it to the others that have it.</summary>
    public void Leave()
    {
        _acceptor?.Dispose();
        SocketShare.GiveUp(Descriptor);
        if (_binder is not null)
            Left.Enqueue(_binder);
    }

    // A binder that has left it to this process has left its file, too.
    private void RemoveFile()
    {
        if (PathOf(Key) is not { } path)
            return;

        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, as that of a process that was killed does.
        }
    }

    private static string? PathOf(string key) => key.StartsWith(UnixPath, StringComparison.Ordinal) ? key[(UnixPath.Length - 1)..] : null;
}

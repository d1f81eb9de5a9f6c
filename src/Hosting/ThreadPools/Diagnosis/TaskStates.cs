using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>
/// How many threads of the pool run or wait for a processor, by the kernel's state of each (<c>/proc/self/task/TID/stat</c>, see proc_pid_stat(5)). Calls the system itself: a thread may end between
/// two calls, which costs an exception otherwise.
/// </summary>
internal sealed partial class TaskStates(TimeProvider time)
{
    // More than that tell nothing new.
    private const int Most = 64;
    // O_RDONLY | O_CLOEXEC.
    private const int ReadOnly = 0x80000;
    private const byte Running = (byte)'R';

    // Threads come and go meanwhile; those that are there tell enough.
    private static readonly TimeSpan ListInterval = TimeSpan.FromMilliseconds(500);

    private readonly byte[] _buffer = new byte[512];
    private readonly List<byte[]> _paths = new(Most);
    private long _listed = long.MinValue;

    /// <summary>Counts them.</summary>
    /// <param name="runnable">How many run or wait for a processor.</param>
    /// <param name="all">How many were looked at.</param>
    /// <returns>False where it cannot be told.</returns>
    public bool TryCount(out int runnable, out int all)
    {
        (runnable, all) = (0, 0);
        var now = time.GetTimestamp();
        if (_listed == long.MinValue || time.GetElapsedTime(_listed, now) >= ListInterval)
            List(now);
        foreach (var path in _paths)
        {
            if (!TryRead(path, out _, out var state))
                continue;

            all++;
            if (state == Running)
                runnable++;
        }

        return all > 0;
    }

    private void List(long now)
    {
        _listed = now;
        _paths.Clear();
        try
        {
            foreach (var task in Directory.EnumerateDirectories("/proc/self/task"))
            {
                var path = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{task}/stat\0"));
                if (_paths.Count < Most && TryRead(path, out var isWorker, out _) && isWorker)
                    _paths.Add(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not mounted, or hidden: it cannot be told.
            _paths.Clear();
        }
    }

    // "1234 (.NET TP Worker) S 1 …": the name may have any character in it, so that its end is the last bracket.
    private bool TryRead(byte[] path, out bool isWorker, out byte state)
    {
        (isWorker, state) = (false, 0);
        var file = Open(path, ReadOnly);
        if (file < 0)
            return false;

        var length = Read(file, _buffer, _buffer.Length);
        _ = Close(file);
        if (length <= 0)
            return false;

        var text = _buffer.AsSpan(0, (int)length);
        var (begin, end) = (text.IndexOf((byte)'('), text.LastIndexOf((byte)')'));
        if (begin < 0 || end < begin || end + 2 >= text.Length)
            return false;

        // The runtime's name for them (PortableThreadPool.WorkerThread), cut by the kernel to 15 bytes.
        (isWorker, state) = (text[(begin + 1)..end].SequenceEqual(".NET TP Worker"u8), text[end + 2]);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}

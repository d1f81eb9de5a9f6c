using Microsoft.Win32.SafeHandles;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// A file of procfs or cgroupfs, kept open and read into the same buffer each time. Everything here that touches the operating system is in this file; what cannot be read
/// is empty, because a container may hide any of it.
/// </summary>
internal sealed class KernelFile(string path, KernelBuffer buffer) : IDisposable
{
    /// <summary>Both file systems make their text anew for each read from offset 0, a page at most (memory.stat has about 2 KiB).</summary>
    public const int PageSize = 4096;

    private SafeFileHandle? _handle = TryOpen(path);
    private int _length;

    /// <summary>A file with a buffer of its own.</summary>
    public KernelFile(string path, int size = PageSize)
        : this(path, new KernelBuffer(size))
    {
    }

    public string Path => path;

    public static bool Exists(string path) => File.Exists(path);

    public static bool IsDirectory(string path) => Directory.Exists(path);

    /// <summary>The names of the directories in a directory; none when it cannot be read.</summary>
    public static string[] Names(string path)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(path).Select(System.IO.Path.GetFileName).OfType<string>()];
        }
        catch (Exception e) when (IsHidden(e))
        {
            return [];
        }
    }

    public static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (IsHidden(e))
        {
            return [];
        }
    }

    /// <summary>What the file says now; valid until the buffer is read into again. Allocates nothing.</summary>
    public ReadOnlySpan<byte> Read()
    {
        if (_handle is not { } handle)
            return default;
        if (buffer.Held == this)
            return buffer.Bytes.AsSpan(0, _length);

        try
        {
            buffer.Held = null;
            _length = RandomAccess.Read(handle, buffer.Bytes, fileOffset: 0);
            buffer.Held = this;
            return buffer.Bytes.AsSpan(0, _length);
        }
        catch (Exception e) when (IsHidden(e))
        {
            // A cgroup that was removed answers ENODEV for good. An exception a tick would be dear, so it rests until Reopen.
            Dispose();
            return default;
        }
    }

    public void Reopen() => _handle ??= TryOpen(path);

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        // Missing ones are tried again and again, and an exception each time is dear.
        if (!File.Exists(path))
            return null;

        try
        {
            return File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (IsHidden(e))
        {
            return null;
        }
    }

    private static bool IsHidden(Exception e) => e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException;
}

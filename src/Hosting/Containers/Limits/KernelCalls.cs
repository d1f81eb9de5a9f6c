using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>
/// System calls by their numbers (asm/unistd_64.h, asm-generic/unistd.h), through syscall(2) of the C library. Everything in this folder that takes pointers allocates nothing and asks the
/// runtime for nothing, so that it also works on a thread that the runtime does not know, and while a collection has stopped all that it knows.
/// </summary>
internal unsafe partial struct KernelCalls
{
    public const nint Failed = -1;

    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int Exclusively = 0x80000 | 0x40 | 0x80 | 1; // O_CLOEXEC | O_CREAT | O_EXCL | O_WRONLY
    private const int ReadOnly = 0x80000;
    private const int ForOwner = 0x180; // 0600
    private const int FolderForOwner = 0x1C0; // 0700
    private const int WriteOnly = 0x80001;
    private const int Appending = 0x80441; // O_CLOEXEC | O_APPEND | O_CREAT | O_WRONLY
    private const short Writable = 4; // POLLOUT
    private const int SetName = 15; // PR_SET_NAME
    private const int OnFault = 1; // MLOCK_ONFAULT
    private const int Monotonic = 1;
    private const int Realtime = 0;
    private const long Second = 1_000_000_000;

    // Of syscall(2).
    private nint _entry;

    private nint _write;
    private nint _close;
    private nint _readAt;
    private nint _open;
    private nint _makeDirectory;
    private nint _rename;
    private nint _list;
    private nint _time;
    private nint _sleep;
    private nint _exit;
    private nint _lock;
    private nint _poll;
    private nint _control;

    // struct timespec, where the kernel writes it: in the block that is touched beforehand.
    private long _seconds;
    private long _nanoseconds;

    // struct pollfd.
    private int _polled;
    private short _wanted;
    private short _returned;

    /// <summary>Whether the numbers of this machine are known. Allocates.</summary>
    public bool TryFind()
    {
        switch (RuntimeInformation.ProcessArchitecture)
        {
            case Architecture.X64:
                (_write, _close, _readAt, _open, _makeDirectory, _rename, _list, _time, _sleep, _exit, _lock, _poll, _control) = (1, 3, 17, 257, 258, 264, 217, 228, 35, 231, 325, 271, 157);
                break;
            case Architecture.Arm64:
                (_write, _close, _readAt, _open, _makeDirectory, _rename, _list, _time, _sleep, _exit, _lock, _poll, _control) = (64, 57, 67, 56, 34, 38, 61, 113, 101, 94, 284, 73, 167);
                break;
            default:
                return false;
        }

        return TryFindEntry();
    }

    [MethodImpl(RawCode.Final)]
    public nint OpenForReading(byte* path) => Invoke(_open, CurrentDirectory, (nint)path, ReadOnly, 0);

    [MethodImpl(RawCode.Final)]
    public nint OpenForWriting(byte* path) => Invoke(_open, CurrentDirectory, (nint)path, WriteOnly, 0);

    /// <summary>Makes a file that is not there yet.</summary>
    [MethodImpl(RawCode.Final)]
    public nint Create(byte* path) => Invoke(_open, CurrentDirectory, (nint)path, Exclusively, ForOwner);

    [MethodImpl(RawCode.Final)]
    public nint OpenForAppending(byte* path) => Invoke(_open, CurrentDirectory, (nint)path, Appending, ForOwner);

    /// <summary>Whether a write does not wait for who reads.</summary>
    [MethodImpl(RawCode.Final)]
    public bool IsWritable(int descriptor)
    {
        (_polled, _wanted, _returned) = (descriptor, Writable, 0);
        (_seconds, _nanoseconds) = (0, 0);
        fixed (int* polled = &_polled)
        {
            fixed (long* time = &_seconds)
                return Invoke(_poll, (nint)polled, 1, (nint)time, 0) == 1 && (_returned & Writable) != 0;
        }
    }

    [MethodImpl(RawCode.Final)]
    public bool MakeDirectory(byte* path) => Invoke(_makeDirectory, CurrentDirectory, (nint)path, FolderForOwner, 0) != Failed;

    [MethodImpl(RawCode.Final)]
    public bool Rename(byte* from, byte* to) => Invoke(_rename, CurrentDirectory, (nint)from, CurrentDirectory, (nint)to) != Failed;

    /// <summary>Reads from the beginning.</summary>
    [MethodImpl(RawCode.Final)]
    public nint Read(nint descriptor, byte* buffer, int size) => Invoke(_readAt, descriptor, (nint)buffer, size, 0);

    /// <summary>The next entries of a directory, getdents64(2).</summary>
    [MethodImpl(RawCode.Final)]
    public nint List(nint descriptor, byte* buffer, int size) => Invoke(_list, descriptor, (nint)buffer, size, 0);

    [MethodImpl(RawCode.Final)]
    public nint Write(nint descriptor, byte* text, nint length) => Invoke(_write, descriptor, (nint)text, length, 0);

    [MethodImpl(RawCode.Final)]
    public void Close(nint descriptor) => Invoke(_close, descriptor, 0, 0, 0);

    /// <summary>Keeps pages in memory that are there, or come, mlock2(2).</summary>
    [MethodImpl(RawCode.Final)]
    public bool Lock(nint start, nint length) => Invoke(_lock, start, length, OnFault, 0) != Failed;

    /// <summary>Ends the process, all its threads at once.</summary>
    [MethodImpl(RawCode.Final)]
    public void Exit(int status) => Invoke(_exit, status, 0, 0, 0);

    /// <summary>Nanoseconds of a clock that nobody sets.</summary>
    [MethodImpl(RawCode.Final)]
    public long Now() => Time(Monotonic);

    /// <summary>Seconds since 1970.</summary>
    [MethodImpl(RawCode.Final)]
    public long UtcSeconds() => Time(Realtime) / Second;

    /// <summary>Names the calling thread, prctl(2).</summary>
    [MethodImpl(RawCode.Final)]
    public void NameThread(byte* name) => Invoke(_control, SetName, (nint)name, 0, 0);

    [MethodImpl(RawCode.Final)]
    public void Sleep(long nanoseconds)
    {
        (_seconds, _nanoseconds) = (nanoseconds / Second, nanoseconds % Second);
        fixed (long* time = &_seconds)
            Invoke(_sleep, (nint)time, 0, 0, 0);
    }

    [MethodImpl(RawCode.Final)]
    private long Time(int clock)
    {
        fixed (long* time = &_seconds)
            Invoke(_time, clock, (nint)time, 0, 0);
        return _seconds * Second + _nanoseconds;
    }
}

using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Signals;

/// <summary>The signal mask of the calling thread, pthread_sigmask(3), the signals that wait behind it, sigtimedwait(2), and those that are ignored. Linux alone.</summary>
internal static unsafe partial class SignalMask
{
    // asm-generic/signal-defs.h.
    private const int SetNothing = 0;
    private const int Unblocking = 1;
    private const int Setting = 2;
    private const nint Ignoring = 1;

    // sigset_t of glibc and of musl: 1,024 bits, of which the kernel has the first 64.
    private const int Words = 16;

    /// <summary>Whether this process ignores a signal, as it was started to. On other systems than Linux it does not say.</summary>
    public static bool IsIgnored(int signal)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        // struct sigaction begins with the handler, on the architectures of .NET.
        var action = stackalloc nint[64];
        return sigaction(signal, null, action) == 0 && action[0] == Ignoring;
    }

    /// <summary>A set of one signal.</summary>
    public static ulong Of(int signal) => 1UL << (signal - 1);

    public static bool Contains(this ulong signals, int signal) => (signals & Of(signal)) != 0;

    /// <summary>What the calling thread blocks.</summary>
    public static ulong Blocked()
    {
        var old = stackalloc ulong[Words];
        return pthread_sigmask(SetNothing, null, old) == 0 ? old[0] : 0;
    }

    /// <summary>Lets signals through to the calling thread.</summary>
    /// <returns>What it blocked before.</returns>
    public static ulong Unblock(ulong signals) => Change(Unblocking, signals);

    /// <summary>Has the calling thread block these signals and no other.</summary>
    public static void Set(ulong signals) => Change(Setting, signals);

    /// <summary>Waits for one of some signals, which the calling thread has to block.</summary>
    /// <returns>Its number, or 0 when none came.</returns>
    public static int Take(ulong signals, TimeSpan timeout)
    {
        var set = stackalloc ulong[Words];
        set[0] = signals;
        // struct timespec.
        var time = stackalloc nint[] { (nint)timeout.TotalSeconds, (nint)(timeout.Ticks % TimeSpan.TicksPerSecond * 100) };
        var signal = sigtimedwait(set, null, time);
        return signal > 0 ? signal : 0;
    }

    private static ulong Change(int how, ulong signals)
    {
        var set = stackalloc ulong[Words];
        var old = stackalloc ulong[Words];
        set[0] = signals;
        return pthread_sigmask(how, set, old) == 0 ? old[0] : 0;
    }

    [LibraryImport("libc")]
    private static partial int pthread_sigmask(int how, ulong* set, ulong* old);

    [LibraryImport("libc")]
    private static partial int sigaction(int signal, void* none, nint* action);

    [LibraryImport("libc")]
    private static partial int sigtimedwait(ulong* set, void* info, nint* timeout);
}

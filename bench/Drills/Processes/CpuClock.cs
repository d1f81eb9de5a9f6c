using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CrashShield.Drills.Processes;

/// <summary>The processor time of a process in nanoseconds, of its threads that have ended too; what /proc says is in ticks of 10 ms.</summary>
internal static partial class CpuClock
{
    // CPUCLOCK_SCHED, as clock_getcpuclockid(3) makes it.
    private const int Scheduler = 2;

    public static TimeSpan Used(int processId)
    {
        if (GetTime((~processId << 3) | Scheduler, out var time) != 0)
            throw new Win32Exception();
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1_000.0);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}

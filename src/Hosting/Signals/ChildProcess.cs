using System.Diagnostics;

namespace CrashShield.Hosting.Signals;

/// <summary>Starts processes of the application's own in a process whose signals are blocked.</summary>
public static class ChildProcess
{
    private static ulong _handled;

    /// <summary>
    /// As <see cref="Process.Start(ProcessStartInfo)"/>, but the child does not inherit that SIGUSR1, SIGUSR2 and whatever else <c>CrashShield:Signals</c> names are blocked, when
    /// this process was started so (<c>env --block-signal</c>, <c>crashshield-init</c>): a child that blocks a signal is deaf to it. A signal that comes for this
    /// process meanwhile is not lost. On other systems than Linux it is the same as <see cref="Process.Start(ProcessStartInfo)"/>.
    /// </summary>
    /// <param name="start">What to start.</param>
    /// <returns>The process, or <see langword="null"/> where none was started.</returns>
    public static Process? Start(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (!OperatingSystem.IsLinux())
            return Process.Start(start);

        // Only what is handled: a signal that waits here and is not would end this process. .NET gives the child the mask of the thread that starts it.
        var before = SignalMask.Unblock(Volatile.Read(ref _handled));
        try
        {
            return Process.Start(start);
        }
        finally
        {
            SignalMask.Set(before);
        }
    }

    /// <summary>A handler for a signal is in place, for as long as the process lives.</summary>
    internal static void Handles(int signal) => Interlocked.Or(ref _handled, SignalMask.Of(signal));

    /// <summary>The handler may be gone.</summary>
    internal static void HandlesNoMore(int signal) => Interlocked.And(ref _handled, ~SignalMask.Of(signal));
}

using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Drain;

/// <summary>Ends the process when nothing else does. Not by <see cref="Environment.Exit"/>, which waits for handlers that may hang like the rest.</summary>
internal partial class ProcessEnd
{
    /// <summary>EX_SOFTWARE of sysexits.h.</summary>
    public const int Status = 70;

    // Log providers write from threads of their own.
    private static readonly TimeSpan ForTheLog = TimeSpan.FromSeconds(1);

    public virtual void End()
    {
        using (var never = new ManualResetEventSlim())
            never.Wait(ForTheLog);
        if (OperatingSystem.IsWindows())
            Environment.Exit(Status);
        else
            _exit(Status);
    }

    [LibraryImport("libc")]
    private static partial void _exit(int status);
}

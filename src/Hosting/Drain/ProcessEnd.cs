using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Drain;

/// <summary>How the process ends: with which status, and when nothing else ends it. The latter not by <see cref="Environment.Exit"/>, which waits for handlers that may hang like the rest.</summary>
internal partial class ProcessEnd
{
    /// <summary>EX_SOFTWARE of sysexits.h.</summary>
    public const int Status = 70;

    private int _status;

    // Log providers write from threads of their own.
    private static readonly TimeSpan ForTheLog = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Has the process exit with a status once it ends by itself, whatever its program returns, unless that is a failure. Not at once: the program returns its status later.
    /// </summary>
    public virtual void ExitWith(int status) => ExitWith(status, static () => true);

    /// <inheritdoc cref="ExitWith(int)"/>
    /// <param name="status">The status.</param>
    /// <param name="holds">Whether it is to have it, asked at its end.</param>
    public virtual void ExitWith(int status, Func<bool> holds)
    {
        Volatile.Write(ref _status, status);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Environment.ExitCode == 0 && holds())
                Environment.ExitCode = status;
        };
    }

    /// <summary>Finds out, before the status is told, whether there is a reason for another one.</summary>
    public Action? Judge { private get; set; }

    /// <summary>What it is to exit with, by what is known so far.</summary>
    public int Code
    {
        get
        {
            Judge?.Invoke();
            return Environment.ExitCode is not 0 and var code ? code : Volatile.Read(ref _status);
        }
    }

    /// <summary>Ends the process with 0, handlers of the application included: its drain has begun, and bounds them.</summary>
    public virtual void EndWell() => Environment.Exit(0);

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

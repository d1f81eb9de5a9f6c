using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Cleanup;

/// <summary>The table in docs/cleanup.md, which is measured, row by row.</summary>
internal static class EndingTable
{
    public static readonly IReadOnlyList<Ending> Rows =
    [
        new("`StopApplication()`, `Main` returns", "stop-application", true, true, true, true, 0),
        new("SIGTERM, a host runs", "wait", true, true, true, true, 0, UnixSignal.Term),
        new("SIGINT (Ctrl+C), a host runs", "wait", true, true, true, true, 0, UnixSignal.Int),
        new("SIGHUP (the terminal is closed), a host runs", "wait", true, true, true, true, 0, UnixSignal.Hup),
        new("SIGQUIT, a host runs, `Signals:Snapshot` is `none`", "wait-without-snapshot", true, true, true, true, 0, UnixSignal.Quit),
        new("SIGTERM, a host runs, a thread in the foreground does not end", "wait-for-ever", true, true, false, true, 70, UnixSignal.Term),
        new("A `BackgroundService` throws", "background-service-throws", true, true, true, true, 70),
        new("`Main` returns, nobody stopped the host", "return", true, true, true, false, 0),
        new("An exception ends the scope and is caught", "caught", true, true, true, false, 0),
        new("An exception leaves `async Task Main`", "unhandled-async", true, true, false, false, 134),
        new("An exception leaves `void Main`", "unhandled", true, true, false, false, 134),
        new("An exception leaves another thread", "unhandled-thread", true, true, false, false, 134),
        new("`Main` returns, the scope is on a background thread", "background-thread", false, false, true, false, 0),
        new("`Environment.Exit`", "exit", false, false, true, false, 7),
        new("SIGTERM, no host", "wait-without-host", false, false, false, false, 143, UnixSignal.Term),
        new("SIGINT (Ctrl+C), no host", "wait-without-host", false, false, false, false, 130, UnixSignal.Int),
        new("SIGQUIT, no host", "wait-without-host", false, false, false, false, 131, UnixSignal.Quit),
        new("SIGHUP, no host", "wait-without-host", false, false, false, false, 129, UnixSignal.Hup),
        new("`Environment.FailFast`", "fail-fast", false, false, false, false, 134),
        new("Stack overflow", "stack-overflow", false, false, false, false, 134),
        new("`abort()` (SIGABRT)", "abort", false, false, false, false, 134),
        new("Crash in native code (SIGSEGV)", "native-segv", false, false, false, false, 139),
        new("SIGKILL", "wait", false, false, false, false, 137, UnixSignal.Kill),
    ];
}

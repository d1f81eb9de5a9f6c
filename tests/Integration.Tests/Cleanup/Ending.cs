using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Cleanup;

/// <summary>One row of the table in docs/cleanup.md: a way to end a process, and which clean-ups run then.</summary>
/// <param name="Title">The row's first cell.</param>
/// <param name="Name">The ending as the probe knows it.</param>
/// <param name="Using">Whether a <c>DeferScope</c> under <c>using</c> cleans up.</param>
/// <param name="Run">Whether <c>DeferScope.Run</c> cleans up.</param>
/// <param name="ProcessExit">Whether <c>AppDomain.ProcessExit</c> is raised.</param>
/// <param name="Chain">Whether the shutdown chain runs.</param>
/// <param name="Status">The exit status as a shell tells it.</param>
/// <param name="Signal">The signal that the test sends once the probe waits.</param>
internal sealed record Ending(
    string Title, string Name, bool Using, bool Run, bool ProcessExit, bool Chain, int Status, UnixSignal? Signal = null)
{
    public string Row => $"| {Title} | {Word(Using)} | {Word(Run)} | {Word(ProcessExit)} | {Word(Chain)} | {Status} |";

    private static string Word(bool runs) => runs ? "yes" : "no";
}

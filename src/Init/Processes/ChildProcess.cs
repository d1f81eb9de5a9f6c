using CrashShield.Init.Polling;

namespace CrashShield.Init.Processes;

internal static class ChildProcess
{
    /// <summary>Waits for one child; one that does not end is killed.</summary>
    public static ExitStatus? Wait(int processId, TimeSpan bound)
    {
        var deadline = Deadline.In(TimeProvider.System, bound);
        while (ChildCalls.WaitPid(processId, out var status, ChildCalls.NoHang) is var ended)
        {
            if (ended == processId)
                return ExitStatus.FromWait(status);
            if (deadline.HasPassed(TimeProvider.System))
                break;
            // SIGCHLD is for the loop, which reads it later.
            PollCalls.Poll([], 0, milliseconds: 5);
        }

        ChildCalls.Kill(processId, (int)Signal.Kill);
        ChildCalls.WaitPid(processId, out _, 0);
        return null;
    }
}

using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CrashShield.Integration.Tests.Processes;

internal static partial class ProcessSignal
{
    /// <summary>Sends a signal, kill(2).</summary>
    public static void Send(int processId, UnixSignal signal)
    {
        if (Kill(processId, (int)signal) != 0)
            throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}

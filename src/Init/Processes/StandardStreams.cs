namespace CrashShield.Init.Processes;

/// <summary>
/// Descriptors 0 to 2. Where one was closed at the start, the next that is opened gets its number: the log would be written into a socket, and what the worker prints as well. They lead to /dev/null then.
/// </summary>
internal static class StandardStreams
{
    private const int Count = 3;
    private const int ReadAndWrite = 2; // O_RDWR

    /// <returns>Whether one was missing. The runtime may use its number already, so that the process has to be executed once more.</returns>
    public static bool Repair()
    {
        var wasMissing = false;
        for (var descriptor = 0; descriptor < Count; descriptor++)
        {
            // What was inherited has no FD_CLOEXEC; what has it was opened by the runtime.
            if (ProcessCalls.Control(descriptor, ProcessCalls.GetDescriptorFlags, 0) == 0)
                continue;
            wasMissing = true;
            Fill(descriptor);
        }

        return wasMissing;
    }

    private static void Fill(int descriptor)
    {
        var opened = ProcessCalls.OpenFile("/dev/null", ReadAndWrite, 0);
        if (opened < 0 || opened == descriptor)
            return;
        ProcessCalls.Duplicate(opened, descriptor);
        ProcessCalls.CloseFile(opened);
    }
}

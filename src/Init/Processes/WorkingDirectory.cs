namespace CrashShield.Init.Processes;

/// <summary>The directory that this process was started in.</summary>
internal static class WorkingDirectory
{
    /// <summary>Whether it was deleted, as a deployment does with the release before: what is started in it finds none of its files.</summary>
    public static unsafe bool IsGone()
    {
        const int Longest = 4096;
        var path = stackalloc byte[Longest];
        return ProcessCalls.GetWorkingDirectory(path, Longest) == 0 && Errno.Last == Errno.NoEntry;
    }
}

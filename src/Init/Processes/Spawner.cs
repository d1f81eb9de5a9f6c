namespace CrashShield.Init.Processes;

/// <summary>
/// posix_spawn. The child shares the process group: a terminal's Ctrl+C and Ctrl+Z reach both, and it may read from the terminal.
/// </summary>
internal static unsafe class Spawner
{
    /// <param name="command">The program, found by PATH, and its arguments.</param>
    /// <param name="environment">Entries <c>NAME=value</c>.</param>
    /// <param name="inherited">A descriptor that the child keeps, under the same number; -1 for none.</param>
    /// <param name="processId">The child's.</param>
    /// <returns>0 or errno.</returns>
    public static int TrySpawn(IReadOnlyList<byte[]> command, IReadOnlyList<byte[]> environment, int inherited, out int processId)
    {
        var actions = stackalloc byte[ProcessCalls.OpaqueSize];
        var attributes = stackalloc byte[ProcessCalls.OpaqueSize];
        var blocked = SignalSet.Of(Signal.Usr1, Signal.Usr2).WithRealTime();
        var defaults = SignalSet.Of(
            Signal.Hup, Signal.Int, Signal.Quit, Signal.Usr1, Signal.Usr2, Signal.Pipe, Signal.Alrm, Signal.Term, Signal.Chld, Signal.Cont,
            Signal.Winch).WithRealTime();

        using var argv = new CStrings(command);
        using var envp = new CStrings(environment);
        ProcessCalls.InitActions(actions);
        ProcessCalls.InitAttributes(attributes);
        try
        {
            // A dup2 to the same number clears FD_CLOEXEC in the child, posix_spawn_file_actions_adddup2(3p).
            if (inherited >= 0)
                ProcessCalls.AddDup2(actions, inherited, inherited);
            ProcessCalls.SetSpawnMask(attributes, &blocked);
            ProcessCalls.SetSpawnDefaults(attributes, &defaults);
            ProcessCalls.SetFlags(attributes, ProcessCalls.SpawnSetSignalDefaults | ProcessCalls.SpawnSetSignalMask);
            return ProcessCalls.Spawn(out processId, argv.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer);
        }
        finally
        {
            ProcessCalls.DestroyAttributes(attributes);
            ProcessCalls.DestroyActions(actions);
        }
    }
}

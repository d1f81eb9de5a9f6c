namespace CrashShield.Handoff.Protocol;

/// <summary>
/// Starts a worker, by whoever leads it. The child shares the process group: a terminal's Ctrl+C and Ctrl+Z reach both, and it may read from the terminal.
/// </summary>
internal static unsafe class Spawner
{
    /// <summary>Blocked in a worker that starts: what comes before it listens stays pending.</summary>
    public static SignalSet Blocked { get; } = SignalSet.Of(Signal.Usr1, Signal.Usr2).WithRealTime();

    /// <summary>What this process does with them is its own: they begin with their default action.</summary>
    public static SignalSet Defaults { get; } = SignalSet.Of(
        Signal.Hup, Signal.Int, Signal.Quit, Signal.Usr1, Signal.Usr2, Signal.Pipe, Signal.Alrm, Signal.Term, Signal.Chld, Signal.Cont, Signal.Winch).WithRealTime();

    /// <param name="program">The file, searched for in PATH when it has no slash.</param>
    /// <param name="arguments">All of them, the name of the program first.</param>
    /// <param name="environment">Entries <c>NAME=value</c>.</param>
    /// <param name="inherited">A descriptor that the child keeps, under the same number; -1 for none.</param>
    /// <param name="keptIgnored">Those that the child ignores where this process does, as <c>nohup</c> wants it; the others of <see cref="Defaults"/> begin with their default action.</param>
    /// <param name="processId">The child's.</param>
    /// <returns>0 or errno.</returns>
    public static int TrySpawn(
        byte[] program, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment, int inherited, SignalSet keptIgnored, out int processId)
    {
        var actions = stackalloc byte[ChildCalls.OpaqueSize];
        var attributes = stackalloc byte[ChildCalls.OpaqueSize];
        var (blocked, defaults) = (Blocked, Defaults.Without(keptIgnored));

        using var file = new CStrings([program]);
        using var argv = new CStrings(arguments);
        using var envp = new CStrings(environment);
        ChildCalls.InitActions(actions);
        ChildCalls.InitAttributes(attributes);
        try
        {
            // A dup2 to the same number clears FD_CLOEXEC in the child, posix_spawn_file_actions_adddup2(3p).
            if (inherited >= 0)
                ChildCalls.AddDup2(actions, inherited, inherited);
            ChildCalls.SetMask(attributes, &blocked);
            ChildCalls.SetDefaults(attributes, &defaults);
            ChildCalls.SetFlags(attributes, ChildCalls.SetSignalDefaults | ChildCalls.SetSignalMask);
            return ChildCalls.Spawn(out processId, file.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer);
        }
        finally
        {
            ChildCalls.DestroyAttributes(attributes);
            ChildCalls.DestroyActions(actions);
        }
    }
}

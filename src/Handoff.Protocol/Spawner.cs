using System.Text;

namespace CrashShield.Handoff.Protocol;

/// <summary>
/// Starts a worker, by whoever leads it. The child shares the process group: a terminal's Ctrl+C and Ctrl+Z reach both, and it may read from the terminal.
/// </summary>
internal static unsafe class Spawner
{
    // The runtime has this process ignore it. What else is ignored was so when this process was started, as nohup does, and is to be.
    private static readonly SignalSet Defaults = SignalSet.Of(Signal.Pipe);

    /// <param name="program">The file, searched for in PATH when it has no slash.</param>
    /// <param name="arguments">All of them, the name of the program first.</param>
    /// <param name="environment">Entries <c>NAME=value</c>.</param>
    /// <param name="inherited">A descriptor that the child keeps, under the same number; -1 for none.</param>
    /// <param name="blocked">Which signals it begins with blocked: those that were blocked when this process was started.</param>
    /// <param name="directory">Its working directory; that of this process when it is null.</param>
    /// <param name="processId">The child's.</param>
    /// <param name="ownGroup">Whether it has a process group of its own.</param>
    /// <returns>0 or errno.</returns>
    public static int TrySpawn(
        byte[] program, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment, int inherited, SignalSet blocked, string? directory, out int processId, bool ownGroup = false)
    {
        var actions = stackalloc byte[ChildCalls.OpaqueSize];
        var attributes = stackalloc byte[ChildCalls.OpaqueSize];
        var defaults = Defaults;

        using var file = new CStrings([program]);
        using var argv = new CStrings(arguments);
        using var envp = new CStrings(environment);
        using var path = new CStrings(directory is null ? [] : [Encoding.UTF8.GetBytes(directory)]);
        ChildCalls.InitActions(actions);
        ChildCalls.InitAttributes(attributes);
        try
        {
            if (directory is not null)
                ChildCalls.AddDirectory(actions, path.Pointer[0]);
            // A dup2 to the same number clears FD_CLOEXEC in the child, posix_spawn_file_actions_adddup2(3p).
            if (inherited >= 0)
                ChildCalls.AddDup2(actions, inherited, inherited);
            ChildCalls.SetMask(attributes, &blocked);
            ChildCalls.SetDefaults(attributes, &defaults);
            ChildCalls.SetFlags(attributes, (short)(ChildCalls.SetSignalDefaults | ChildCalls.SetSignalMask | (ownGroup ? ChildCalls.SetGroup : 0)));
            return ChildCalls.Spawn(out processId, file.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer);
        }
        finally
        {
            ChildCalls.DestroyAttributes(attributes);
            ChildCalls.DestroyActions(actions);
        }
    }
}

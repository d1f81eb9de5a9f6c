namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>Threads of this process that have the same name and wait in the same place of the kernel.</summary>
/// <param name="Name">Their name, of 15 characters at most: <c>.NET TP Worker</c>.</param>
/// <param name="State">S, sleeping, R, running, D, waiting for the disk or for memory; see proc_pid_stat(5).</param>
/// <param name="Place">The function of the kernel that they wait in; empty when they run.</param>
/// <param name="Stack">How they got there; needs <c>CAP_SYS_ADMIN</c>, and is empty without.</param>
/// <param name="Ids">Their numbers.</param>
internal sealed record ThreadGroup(string Name, string State, string Place, IReadOnlyList<string> Stack, IReadOnlyList<string> Ids)
{
    public string Title => $"{Ids.Count} x {Name} ({State}{(Place.Length > 0 ? $" in {Place}" : "")})";

    /// <summary>Reads them, the largest group first.</summary>
    /// <param name="tasks"><c>/proc/self/task</c>.</param>
    /// <param name="most">How many threads are looked at.</param>
    public static IReadOnlyList<ThreadGroup> Of(string tasks, int most) =>
    [
        .. KernelFile.Names(tasks).Take(most)
            .Select(id => (Id: id, Thread: Path.Combine(tasks, id)))
            .Select(of => (of.Id, Name: First(of.Thread, "comm"), State: StateOf(of.Thread), Place: PlaceOf(of.Thread), Stack: KernelFile.Lines(Path.Combine(of.Thread, "stack"))))
            // One that has ended meanwhile has no name.
            .Where(thread => thread.Name.Length > 0)
            .GroupBy(thread => (thread.Name, thread.State, thread.Place, Stack: string.Join('\n', thread.Stack)))
            .Select(group => new ThreadGroup(group.Key.Name, group.Key.State, group.Key.Place, group.First().Stack, [.. group.Select(thread => thread.Id)]))
            .OrderByDescending(group => group.Ids.Count),
    ];

    // The name before it may hold anything, blanks and brackets too.
    private static string StateOf(string thread)
    {
        var stat = First(thread, "stat");
        var at = stat.LastIndexOf(") ", StringComparison.Ordinal);
        return at >= 0 && at + 2 < stat.Length ? stat[at + 2].ToString() : "?";
    }

    // No line end follows, and 0 stands for none.
    private static string PlaceOf(string thread) => First(thread, "wchan") is var place and not "0" ? place : "";

    private static string First(string thread, string file) => KernelFile.Lines(Path.Combine(thread, file)).FirstOrDefault() ?? "";
}

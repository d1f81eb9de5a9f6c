namespace CrashShield.Hosting.Cleanup;

/// <summary>The steps of a chain with their dependencies resolved. O(steps + dependencies), without recursion.</summary>
internal sealed class CleanupGraph
{
    private CleanupGraph(IReadOnlyList<CleanupStep> steps, IReadOnlyDictionary<string, int> ids)
    {
        Steps = steps;
        Dependencies = [.. steps.Select(step => IdsOf(step, ids))];
        Dependents = [.. steps.Select(_ => new List<int>())];
        foreach (var step in steps)
        {
            foreach (var dependency in Dependencies[step.Id])
                Dependents[dependency].Add(step.Id);
        }

        Order = Sort();
    }

    public IReadOnlyList<CleanupStep> Steps { get; }

    /// <summary>By step, what it waits for.</summary>
    public int[][] Dependencies { get; }

    /// <summary>By step, what waits for it.</summary>
    public List<int>[] Dependents { get; }

    public int[] Order { get; }

    /// <exception cref="InvalidOperationException">A dependency is unknown.</exception>
    /// <exception cref="CleanupCycleException">Steps wait for each other.</exception>
    public static CleanupGraph Resolve(IReadOnlyList<CleanupStep> steps, IReadOnlyDictionary<string, int> ids) => new(steps, ids);

    // By hand, as a generic method over a value type is compiled at each start.
    private static int[] IdsOf(CleanupStep step, IReadOnlyDictionary<string, int> ids)
    {
        var dependencies = new int[step.DependsOn.Length];
        for (var i = 0; i < dependencies.Length; i++)
        {
            dependencies[i] = step.DependsOn[i].Name is not { } name ? step.DependsOn[i].Id
                : ids.TryGetValue(name, out var id) ? id
                : throw new InvalidOperationException(
                    $"Clean-up step '{step.Name}' depends on '{name}', which does not exist. Known are {string.Join(", ", ids.Keys)}.");
        }

        return dependencies;
    }

    // A. B. Kahn, Topological sorting of large networks, Communications of the ACM 5 (11), 1962, https://doi.org/10.1145/368996.369025.
    private int[] Sort()
    {
        var waitingFor = new int[Steps.Count];
        for (var step = 0; step < waitingFor.Length; step++)
            waitingFor[step] = Dependencies[step].Length;
        var order = new int[Steps.Count];
        var found = 0;
        for (var step = 0; step < waitingFor.Length; step++)
        {
            if (waitingFor[step] == 0)
                order[found++] = step;
        }

        for (var next = 0; next < found; next++)
        {
            foreach (var dependent in Dependents[order[next]])
            {
                if (--waitingFor[dependent] == 0)
                    order[found++] = dependent;
            }
        }

        return found == order.Length ? order : throw new CleanupCycleException(FindCycle(waitingFor));
    }

    // What Kahn's algorithm leaves over waits for something left over, so that following it must come back to itself.
    private string[] FindCycle(int[] waitingFor)
    {
        var path = new List<int>();
        var placeInPath = new Dictionary<int, int>();
        var step = Array.FindIndex(waitingFor, count => count > 0);
        while (placeInPath.TryAdd(step, path.Count))
        {
            path.Add(step);
            step = Array.Find(Dependencies[step], dependency => waitingFor[dependency] > 0);
        }

        return [.. path.Skip(placeInPath[step]).Append(step).Select(id => Steps[id].Name)];
    }
}

namespace CrashShield.Hosting.Leaks;

/// <summary>Finds leaks in a test.</summary>
public static class LeakAssert
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Runs a piece of a test and fails when anything that it has had tracked, directly or in what it called and started, leaks: a watched task that has not completed, a resource that is not disposed,
    /// a channel's reader without a writer. It follows the flow of the execution context, so tests that run beside it do not disturb it.
    /// </summary>
    /// <param name="body">The piece of the test.</param>
    /// <param name="timeout">How long what is alive may take to end once the piece has run. Default: 1 second.</param>
    /// <exception cref="LeakException">Something leaked.</exception>
    public static async Task NoneAsync(Func<Task> body, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        var registry = new LeakRegistry(TimeProvider.System);
        registry.Attach();
        await RunAsync(body, registry).ConfigureAwait(false);

        var leaks = new List<string>();
        var ended = registry.Time.GetTimestamp();
        while (true)
        {
            Collect();
            leaks.AddRange(registry.TakeFound().Select(finding => finding.Describe()));
            if (registry.Sites.All(static site => site.Alive == 0))
                break;
            if (registry.Time.GetElapsedTime(ended) >= (timeout ?? DefaultTimeout))
            {
                leaks.AddRange(Alive(registry));
                break;
            }

            await Task.Delay(Pause).ConfigureAwait(false);
        }

        if (leaks.Count > 0)
            throw new LeakException(leaks);
    }

    // A method of its own: its state machine holds what the body has returned, and the caller's flow gets its own registry back.
    private static async Task RunAsync(Func<Task> body, LeakRegistry registry)
    {
        LeakRegistry.Enter(registry);
        await body().ConfigureAwait(false);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static List<string> Alive(LeakRegistry registry)
    {
        var leaks = new List<string>();
        foreach (var site in registry.Sites)
        {
            site.Walk(item =>
            {
                var kind = site.Kind == LeakKind.AbandonedTask ? LeakKind.StuckTask : site.Kind;
                leaks.Add(item.Found(registry.Time, kind).Describe());
                return true;
            });
        }

        return leaks;
    }
}

using System.Collections.Concurrent;

namespace CrashShield.Hosting.Leaks;

/// <summary>Everything that is tracked. One for the process, and one for each <see cref="LeakAssert"/> that runs.</summary>
internal sealed class LeakRegistry(TimeProvider time)
{
    // Names that are made at run time must not fill the memory: what comes after these is counted as one.
    private const int MaxSites = 1_000;

    // It is logged, and a tag of the metrics.
    private const int MaxName = 200;

    private static readonly AsyncLocal<LeakRegistry?> Scope = new();

    private ConcurrentDictionary<SiteKey, LeakSite>? _sites;
    private readonly Lock _adding = new();
    private readonly FoundStack<TrackedItem> _collected = new();
    private readonly FoundStack<LeakFinding> _found = new();
    private readonly FoundStack<string> _methods = new();
    private LeakSite[] _all = [];
    private int _watchers;

    public static LeakRegistry Process { get; } = new(TimeProvider.System);

    public static LeakRegistry Current => Scope.Value ?? Process;

    public TimeProvider Time => time;

    /// <summary>Whether somebody takes what is found. Otherwise nothing is tracked, because nobody would ever forget it.</summary>
    public bool IsOn => Volatile.Read(ref _watchers) > 0;

    /// <summary>An array of its own, replaced when one is added: it is walked each second, and the dictionary's enumerators would be allocated for that.</summary>
    public LeakSite[] Sites => Volatile.Read(ref _all);

    public static void Enter(LeakRegistry registry) => Scope.Value = registry;

    // Made with the first: a process that tracks nothing need not compile it.
    private ConcurrentDictionary<SiteKey, LeakSite> Places => LazyInitializer.EnsureInitialized(ref _sites, static () => new());

    public void Attach() => Interlocked.Increment(ref _watchers);

    public void Detach() => Interlocked.Decrement(ref _watchers);

    public LeakSite SiteOf(LeakKind kind, string name, string file, int line, string member, TimeSpan? stuckAfter = null)
    {
        if (name.Length > MaxName)
            name = name[..MaxName];
        var key = new SiteKey(kind, name, file, line);
        if (Places.TryGetValue(key, out var site))
            return site;
        if (Places.Count >= MaxSites)
            (key, member, stuckAfter) = (new(kind, "other", "", 0), "", null);
        return Add(key, member, stuckAfter);
    }

    /// <summary>Called by finalizers: the thing behind a tracked item was collected before its time.</summary>
    public void Collected(TrackedItem item) => _collected.Push(item);

    /// <summary>Called by finalizers: something that is in no list was found.</summary>
    public void Found(LeakFinding finding)
    {
        if (IsOn)
            _found.Push(finding);
    }

    /// <summary>Called by finalizers: an async method was collected while it waited.</summary>
    public void MethodCollected(string method) => _methods.Push(method);

    /// <summary>Takes what finalizers have found. Allocates nothing while that is nothing.</summary>
    public IEnumerable<LeakFinding> TakeFound() => _collected.IsEmpty && _found.IsEmpty && _methods.IsEmpty ? [] : TakeAllFound();

    /// <summary>The watched tasks that have become older than <paramref name="bound"/> since the last call, and how many there are by now.</summary>
    public int TakeStuck(TimeSpan bound, List<LeakFinding> fresh)
    {
        var all = 0;
        foreach (var site in Sites)
        {
            if (site.Kind == LeakKind.AbandonedTask)
                all += site.TakeStuck(time, bound, fresh);
        }

        return all;
    }

    private LeakSite Add(SiteKey key, string member, TimeSpan? stuckAfter)
    {
        lock (_adding)
        {
            if (Places.TryGetValue(key, out var site))
                return site;

            Places[key] = site = new(key, member, stuckAfter);
            Volatile.Write(ref _all, [.. _all, site]);
            return site;
        }
    }

    private IEnumerable<LeakFinding> TakeAllFound()
    {
        foreach (var item in _collected.TakeAll())
        {
            if (item.Site.Remove(item))
                yield return item.Found(time, item.Site.Kind);
        }

        foreach (var finding in _found.TakeAll())
            yield return finding;
        foreach (var method in _methods.TakeAll())
            yield return new(LeakKind.AbandonedMethod, SiteOf(LeakKind.AbandonedMethod, method, "", 0, ""), TimeSpan.Zero, TraceId: null);
    }
}

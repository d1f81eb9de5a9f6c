using System.Globalization;

namespace CrashShield.Hosting.Leaks;

/// <summary>How many of a site are alive, by age.</summary>
internal sealed record LeakProfile(LeakSite Site, IReadOnlyList<int> Ages)
{
    /// <summary>The upper bounds of the buckets; the last has none.</summary>
    internal static readonly TimeSpan[] Bounds =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];

    private static readonly string[] Names = ["<1s", "<10s", "<1m", "<10m", "<1h", "more"];

    public static IReadOnlyList<LeakProfile> Take(LeakRegistry registry)
    {
        var rows = new List<LeakProfile>();
        foreach (var site in registry.Sites)
        {
            if (site.Alive == 0)
                continue;

            var ages = new int[Bounds.Length + 1];
            site.Walk(item =>
            {
                ages[Bucket(registry.Time.GetElapsedTime(item.Started))]++;
                return true;
            });
            rows.Add(new(site, ages));
        }

        return [.. rows.OrderByDescending(row => row.Ages.Sum())];
    }

    public override string ToString() => $"{Site.Name} from {Site.Place}: " + string.Join(", ", Ages
        .Select((count, i) => (count, Names[i]))
        .Where(bucket => bucket.count > 0)
        .Select(bucket => string.Create(CultureInfo.InvariantCulture, $"{bucket.count} {bucket.Item2}")));

    private static int Bucket(TimeSpan age)
    {
        var bucket = 0;
        while (bucket < Bounds.Length && age >= Bounds[bucket])
            bucket++;
        return bucket;
    }
}

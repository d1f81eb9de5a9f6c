using System.Text.RegularExpressions;

namespace CrashShield.Hosting.Snapshots;

/// <summary>Keeps the bundles from filling the disk: the newest, as many, as large and as old as allowed.</summary>
internal static partial class SnapshotRetention
{
    public const string Prefix = "crash-";
    public const string Partial = ".partial";

    internal const int MaxBundles = 10;
    private const long MaxBytes = 2L * 1024 * 1024 * 1024;
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    // A process that is still writing after that has died.
    private static readonly TimeSpan MaxPartialAge = TimeSpan.FromHours(1);

    [GeneratedRegex(@"^crash-\d{8}T\d{6}Z-\d+-[a-z0-9-]+(\.partial)?$", RegexOptions.CultureInvariant)]
    private static partial Regex OurName { get; }

    /// <summary>Makes room for one more bundle.</summary>
    public static void Apply(string directory, DateTimeOffset now)
    {
        var (kept, bytes) = (0, 0L);
        foreach (var bundle in new DirectoryInfo(directory).EnumerateDirectories(Prefix + "*").Where(IsOurs).OrderByDescending(bundle => bundle.LastWriteTimeUtc))
        {
            var age = now - bundle.LastWriteTimeUtc;
            if (bundle.Name.EndsWith(Partial, StringComparison.Ordinal))
            {
                if (age > MaxPartialAge)
                    TryDelete(bundle.FullName);
                continue;
            }

            var size = Size(bundle);
            // The newest stays, however large: it is what the person on call is after.
            if (age > MaxAge || kept >= MaxBundles - 1 || (kept > 0 && bytes + size > MaxBytes))
            {
                TryDelete(bundle.FullName);
                continue;
            }

            kept++;
            bytes += size;
        }
    }

    /// <summary>Deletes a bundle. One that another process deletes meanwhile, or that is another user's, must not cost the new one.</summary>
    public static bool TryDelete(string bundle)
    {
        try
        {
            Directory.Delete(bundle, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The directory may be somebody's who keeps other things in it.
    private static bool IsOurs(DirectoryInfo directory) => OurName.IsMatch(directory.Name) && !directory.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private static long Size(DirectoryInfo bundle)
    {
        try
        {
            return bundle.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}

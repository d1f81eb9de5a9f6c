namespace CrashShield.Init.Marker;

/// <summary>The crash reports, and dumps, that the runtime leaves, and the bundles about limits: the newest stay, as a service that crashes for days would fill the disk.</summary>
internal static class CrashFiles
{
    private const int Kept = 10;
    private const string Prefix = "crash-";

    private static readonly string[] Endings = [".dmp", ".dmp.crashreport.json"];

    /// <summary>Deletes all but the newest. Files of any other name stay.</summary>
    /// <param name="directory">Where, or null.</param>
    public static void Prune(string? directory)
    {
        if (directory is null)
            return;
        try
        {
            foreach (var path in Directory.EnumerateFiles(directory, $"{Prefix}*").Where(path => TimeOf(path) is not null).OrderByDescending(TimeOf).Skip(Kept))
                Delete(path);
            foreach (var path in Directory.EnumerateDirectories(directory, $"{Prefix}*").Where(IsBundle).OrderDescending(StringComparer.Ordinal).Skip(Kept))
                Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever cannot be asked keeps what is there.
        }
    }

    /// <summary>The newest that a process has left: its crash report, or a bundle of its own, whose folder has its number in the name too.</summary>
    /// <param name="directory">Where, or null.</param>
    /// <param name="processId">The process.</param>
    /// <param name="since">When it was started.</param>
    public static string? NewestOf(string? directory, int? processId, DateTimeOffset? since)
    {
        if (directory is null || processId is not { } id || since is not { } start)
            return null;
        try
        {
            return new DirectoryInfo(directory).EnumerateFileSystemInfos($"{Prefix}*")
                .Where(entry => entry.LastWriteTimeUtc >= start.UtcDateTime && IsOf(entry.Name, id))
                .MaxBy(entry => entry.LastWriteTimeUtc)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // crash-TIME-PID.dmp.crashreport.json and crash-TIME-PID-REASON, which is one that is sealed.
    private static bool IsOf(string name, int processId) =>
        !name.EndsWith(".partial", StringComparison.Ordinal) && name.Split('-', 4) is [_, _, var number, ..]
        && number.Split('.')[0] == processId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is tried again with the next worker.
        }
    }

    /// <summary>The time in a name as <see cref="CrashVariables"/> has the runtime give it, <c>crash-TIME-PID.dmp</c>; null for any other.</summary>
    private static long? TimeOf(string path)
    {
        var name = Path.GetFileName(path);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)
            || Array.Find(Endings, ending => name.EndsWith(ending, StringComparison.Ordinal)) is not { } ending)
        {
            return null;
        }

        var numbers = name[Prefix.Length..^ending.Length].Split('-');
        return numbers is [var time, var processId] && IsNumber(processId) && IsNumber(time) && long.TryParse(time, out var seconds) ? seconds : null;
    }

    /// <summary>Whether a name is that of a bundle, <c>crash-20260314T092653Z-4711-memory-high</c>.</summary>
    private static bool IsBundle(string path) =>
        Path.GetFileName(path).Split('-', 4) is [_, { Length: 16 } time, var processId, _] && time[8] == 'T' && time[15] == 'Z' && IsNumber(time[..8]) && IsNumber(processId);

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}

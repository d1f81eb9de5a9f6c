namespace CrashShield.Init.Marker;

/// <summary>The crash reports, and dumps, that the runtime leaves: the newest stay, as a service that crashes for days would fill the disk.</summary>
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
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever cannot be asked keeps what is there.
        }
    }

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

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}

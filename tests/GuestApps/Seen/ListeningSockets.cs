namespace CrashShield.GuestApps.Seen;

/// <summary>The TCP ports that this process listens on, from proc(5).</summary>
internal static class ListeningSockets
{
    private const string Listening = "0A";
    private const int StateField = 3;
    private const int InodeField = 9;

    public static int Count()
    {
        var own = Directory.EnumerateFiles("/proc/self/fd").Select(Target).ToHashSet();
        return Tables().Count(fields => fields[StateField] == Listening && own.Contains($"socket:[{fields[InodeField]}]"));
    }

    private static IEnumerable<string[]> Tables() => new[] { "/proc/self/net/tcp", "/proc/self/net/tcp6" }
        .Where(File.Exists)
        .SelectMany(file => File.ReadLines(file).Skip(1))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string? Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return null;
        }
    }
}

using System.Globalization;
using System.Text;

namespace CrashShield.Init.Processes;

/// <summary>The processes below this one, from /proc.</summary>
internal static class ProcessTable
{
    /// <summary>Those that were started with an entry in their environment.</summary>
    /// <param name="entry"><c>NAME=value</c>.</param>
    public static IReadOnlyList<int> With(string entry)
    {
        var bytes = Encoding.UTF8.GetBytes(entry + "\0");
        return [.. Below(ProcessCalls.GetProcessId()).Where(process => Has(process, bytes))];
    }

    private static IEnumerable<int> Below(int root)
    {
        var children = All().ToLookup(process => process.Parent, process => process.Id);
        var waiting = new Queue<int>(children[root]);
        while (waiting.TryDequeue(out var process))
        {
            yield return process;
            foreach (var child in children[process])
                waiting.Enqueue(child);
        }
    }

    private static IEnumerable<(int Id, int Parent)> All()
    {
        if (!Directory.Exists("/proc"))
            yield break;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && ParentOf(id) is { } parent)
                yield return (id, parent);
        }
    }

    private static int? ParentOf(int processId)
    {
        // The name in parentheses may have any character; state and parent come after it, proc_pid_stat(5).
        var stat = Encoding.Latin1.GetString(TryRead($"/proc/{processId}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // A zombie has ended.
        return fields.Length > 1 && fields[0] != "Z" ? int.Parse(fields[1], CultureInfo.InvariantCulture) : null;
    }

    private static bool Has(int processId, ReadOnlySpan<byte> entry)
    {
        var environment = TryRead($"/proc/{processId}/environ").AsSpan();
        for (var at = environment.IndexOf(entry); at >= 0; at = environment.IndexOf(entry))
        {
            if (at == 0 || environment[at - 1] == 0)
                return true;
            environment = environment[(at + 1)..];
        }

        return false;
    }

    private static byte[] TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or is another user's.
            return [];
        }
    }
}

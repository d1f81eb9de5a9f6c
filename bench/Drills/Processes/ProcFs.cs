using System.Globalization;

namespace CrashShield.Drills.Processes;

/// <summary>What Linux tells of a process and of its connections; see proc(5).</summary>
internal static class ProcFs
{
    // USER_HZ: 100 in every kernel that .NET supports.
    private const double TicksPerSecond = 100;
    private const string Established = "01";
    private const string CloseWait = "08";

    /// <summary>The processor time that a process has used.</summary>
    public static TimeSpan CpuTime(int processId)
    {
        // The name may contain spaces and ends with the last parenthesis.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11]) + long.Parse(fields[12])) / TicksPerSecond);
    }

    /// <summary>The memory of a process that is in RAM, in bytes.</summary>
    public static long ResidentBytes(int processId) => StatusBytes(processId, "VmRSS:");

    /// <summary>The most that this has ever been.</summary>
    public static long PeakResidentBytes(int processId) => StatusBytes(processId, "VmHWM:");

    /// <summary>The part of the memory in RAM that is backed by no file, and so is this process's alone.</summary>
    public static long AnonymousBytes(int processId) => StatusBytes(processId, "RssAnon:");

    /// <summary>The children of a process's first thread, those included that have ended and that it has not waited for.</summary>
    public static IReadOnlyList<int> Children(int processId) =>
        [.. File.ReadAllText($"/proc/{processId}/task/{processId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    /// <summary>Whether anything of a process still runs, be it only its end.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            // The first thread may be gone before the others.
            return !StatusField(processId, "State:").StartsWith('Z') || Directory.GetDirectories($"/proc/{processId}/task").Length > 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Whether a process has a handler for a signal, by its number.</summary>
    public static bool Catches(int processId, int signal) =>
        (ulong.Parse(StatusField(processId, "SigCgt:"), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;

    /// <summary>The threads of a process with the processor time that each has used. Linux cuts names to 15 characters.</summary>
    public static IReadOnlyList<(string Name, TimeSpan Used)> Threads(int processId) =>
        [.. Directory.GetDirectories($"/proc/{processId}/task").Select(Thread).OfType<(string, TimeSpan)>()];

    /// <summary>How many threads of a process have a name.</summary>
    public static int ThreadsNamed(int processId, string name)
    {
        var tasks = $"/proc/{processId}/task";
        return Directory.Exists(tasks) ? Directory.GetDirectories(tasks).Count(directory => Name(directory) == name) : 0;
    }

    /// <summary>The connections on a port that its server has not closed.</summary>
    public static int OpenConnections(int port)
    {
        var local = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields[1].EndsWith(local, StringComparison.Ordinal) && fields[3] is Established or CloseWait);
    }

    private static long StatusBytes(int processId, string field) => long.Parse(StatusField(processId, field).Split(' ')[0]) * 1024;

    private static string StatusField(int processId, string field) =>
        File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..].Trim();

    private static string? Name(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "comm")).Trim();
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private static (string Name, TimeSpan Used)? Thread(string directory)
    {
        try
        {
            return (File.ReadAllText(Path.Combine(directory, "comm")).Trim(), Nanoseconds(File.ReadAllText(Path.Combine(directory, "schedstat"))));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    // Documentation/scheduler/sched-stats.rst: the first field is the time on a processor.
    private static TimeSpan Nanoseconds(string schedstat) =>
        TimeSpan.FromMicroseconds(long.Parse(schedstat.AsSpan(0, schedstat.IndexOf(' ')), CultureInfo.InvariantCulture) / 1_000.0);
}

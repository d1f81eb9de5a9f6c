using System.Diagnostics;
using System.Globalization;
using System.Runtime;

namespace CrashShield.GuestApps.Seen;

/// <summary>What a library could change for the whole process.</summary>
internal static class ProcessSwitches
{
    private static readonly string[] SignalFields = ["SigBlk", "SigIgn", "SigCgt"];

    public static IReadOnlyDictionary<string, string> Read()
    {
        ThreadPool.GetMinThreads(out var minWorkers, out var minIo);
        ThreadPool.GetMaxThreads(out var maxWorkers, out var maxIo);
        var switches = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["culture"] = $"{CultureInfo.DefaultThreadCurrentCulture?.Name}/{CultureInfo.DefaultThreadCurrentUICulture?.Name}",
            ["activity-id-format"] = $"{Activity.DefaultIdFormat} forced={Activity.ForceDefaultIdFormat}",
            ["propagator"] = DistributedContextPropagator.Current.GetType().Name,
            ["pool-minimum"] = $"{minWorkers}/{minIo}",
            ["pool-maximum"] = $"{maxWorkers}/{maxIo}",
            ["gc-latency"] = $"{GCSettings.LatencyMode} server={GCSettings.IsServerGC}",
            ["directory"] = Environment.CurrentDirectory == AppContext.BaseDirectory.TrimEnd('/') ? "own" : "started",
            ["threads"] = string.Join(", ", ThreadNames()),
            ["listening-sockets"] = ListeningSockets.Count().ToString(CultureInfo.InvariantCulture),
        };
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (SignalFields.FirstOrDefault(field => line.StartsWith(field, StringComparison.Ordinal)) is { } field)
                switches[$"signals-{field}"] = line[(field.Length + 1)..].Trim();
        }

        return switches;
    }

    // By their names, comm in proc(5), which are the first 15 letters of a .NET thread's. The runtime's own come and go.
    private static IEnumerable<string> ThreadNames() => Directory.EnumerateDirectories("/proc/self/task")
        .Select(NameOf)
        .Where(name => name.Length > 0 && !name.StartsWith(".NET", StringComparison.Ordinal) && name != "dotnet")
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static string NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).Trim();
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }
}

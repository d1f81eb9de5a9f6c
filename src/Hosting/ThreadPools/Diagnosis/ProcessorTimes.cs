using System.Buffers.Text;

namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>Adds up the times of processors in <c>/proc/stat</c>: <c>cpu0 user nice system idle iowait irq softirq steal …</c>, see proc_stat(5).</summary>
internal static class ProcessorTimes
{
    private const int Idle = 3;
    private const int IoWait = 4;

    // guest and guest_nice after it are counted in user and nice.
    private const int Steal = 7;

    /// <summary>The times of the processors that are allowed. Allocates nothing.</summary>
    /// <param name="stat">The text.</param>
    /// <param name="allowed">Those that are allowed. Outside of a cpuset some of them may be offline, and have no line.</param>
    /// <param name="idle">The ticks in which they idled.</param>
    /// <param name="all">All ticks.</param>
    /// <param name="found">How many of them there are.</param>
    /// <returns>False when there is none.</returns>
    public static bool TrySum(ReadOnlySpan<byte> stat, AllowedProcessors allowed, out long idle, out long all, out int found)
    {
        (idle, all, found) = (0, 0, 0);
        while (stat.StartsWith("cpu"u8))
        {
            var end = stat.IndexOf((byte)'\n');
            if (end < 0)
                break;

            var line = stat["cpu".Length..end];
            stat = stat[(end + 1)..];
            if (!Utf8Parser.TryParse(line, out int processor, out var digits) || !allowed.Contains(processor))
                continue;

            Add(line[digits..], ref idle, ref all);
            found++;
        }

        return found > 0 && all > 0;
    }

    /// <summary>How many processors have a line.</summary>
    public static int Count(ReadOnlySpan<byte> stat)
    {
        var count = 0;
        while (stat.StartsWith("cpu"u8) && stat.IndexOf((byte)'\n') is >= 0 and var end)
        {
            count += char.IsAsciiDigit((char)stat["cpu".Length]) ? 1 : 0;
            stat = stat[(end + 1)..];
        }

        return count;
    }

    private static void Add(ReadOnlySpan<byte> fields, ref long idle, ref long all)
    {
        for (var field = 0; field <= Steal; field++)
        {
            fields = fields.TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(fields, out long ticks, out var digits))
                return;

            fields = fields[digits..];
            all += ticks;
            if (field is Idle or IoWait)
                idle += ticks;
        }
    }
}

using System.Globalization;
using CrashShield.Hosting.Containers;

namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>The processors that the process may run on, by number.</summary>
internal sealed class AllowedProcessors
{
    private const string Field = "Cpus_allowed_list:";

    /// <summary>None is known.</summary>
    public static readonly AllowedProcessors Unknown = new([]);

    private readonly bool[] _allowed;

    private AllowedProcessors(bool[] allowed) => (_allowed, Count) = (allowed, allowed.Count(isAllowed => isAllowed));

    public int Count { get; }

    /// <summary>The highest number; -1 when none is known.</summary>
    public int Highest => _allowed.Length - 1;

    public bool Contains(int processor) => processor < _allowed.Length && _allowed[processor];

    /// <summary>Reads them from <c>/proc/self/status</c>.</summary>
    public static AllowedProcessors Read(string status) =>
        KernelFile.Lines(status).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal)) is { } line ? Parse(line[Field.Length..]) : Unknown;

    /// <summary>Parses a list such as <c>0-3,8</c>.</summary>
    /// <returns><see cref="Unknown"/> for anything else.</returns>
    public static AllowedProcessors Parse(string list)
    {
        var allowed = new List<bool>();
        foreach (var range in list.Trim().Split(','))
        {
            var ends = range.Split('-', 2);
            if (!TryNumber(ends[0], out var first) || !TryNumber(ends[^1], out var last))
                return Unknown;

            while (allowed.Count <= last)
                allowed.Add(false);
            for (var processor = first; processor <= last; processor++)
                allowed[processor] = true;
        }

        return new([.. allowed]);
    }

    // No machine has more, and a garbled number is not to fill the memory.
    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 16_384;
}

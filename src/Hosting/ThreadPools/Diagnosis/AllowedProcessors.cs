using System.Globalization;
using System.Text;

namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>The processors that the process may run on, by number.</summary>
internal sealed class AllowedProcessors
{
    private static ReadOnlySpan<byte> Field => "Cpus_allowed_list:"u8;

    /// <summary>None is known.</summary>
    public static readonly AllowedProcessors Unknown = new([], []);

    private readonly bool[] _allowed;
    private readonly byte[] _list;

    private AllowedProcessors(bool[] allowed, byte[] list) => (_allowed, _list, Count) = (allowed, list, CountOf(allowed));

    public int Count { get; }

    /// <summary>The first ones.</summary>
    public static AllowedProcessors First(int count) => Parse($"0-{count - 1}");

    /// <summary>The highest number; -1 when none is known.</summary>
    public int Highest => _allowed.Length - 1;

    public bool Contains(int processor) => processor < _allowed.Length && _allowed[processor];

    /// <summary>Reads them from <c>/proc/self/status</c>. Allocates nothing unless they have changed.</summary>
    /// <param name="status">The file.</param>
    /// <param name="before">What was read before; it is given back when nothing has changed.</param>
    public static AllowedProcessors Read(ReadOnlySpan<byte> status, AllowedProcessors before)
    {
        var at = status.IndexOf(Field);
        if (at < 0)
            return Unknown;

        var list = status[(at + Field.Length)..];
        var end = list.IndexOf((byte)'\n');
        list = end < 0 ? list : list[..end];
        return list.SequenceEqual(before._list) ? before : Parse(Encoding.ASCII.GetString(list), list.ToArray());
    }

    // By hand, as a generic method over a value type is compiled at each start.
    private static int CountOf(bool[] allowed)
    {
        var count = 0;
        foreach (var isAllowed in allowed)
            count += isAllowed ? 1 : 0;
        return count;
    }

    /// <summary>Parses a list such as <c>0-3,8</c>.</summary>
    /// <returns><see cref="Unknown"/> for anything else.</returns>
    public static AllowedProcessors Parse(string list) => Parse(list, []);

    private static AllowedProcessors Parse(string list, byte[] written)
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

        return new([.. allowed], written);
    }

    // No machine has more, and a garbled number is not to fill the memory.
    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 16_384;
}

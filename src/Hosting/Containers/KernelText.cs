using System.Buffers.Text;

namespace CrashShield.Hosting.Containers;

/// <summary>Reads numbers out of what procfs and cgroupfs say.</summary>
internal static class KernelText
{
    /// <summary>
    /// The number behind the beginning of a line and, in that line, a field: <c>"inactive_file "</c> or <c>"some "</c> and <c>"total="</c>; with neither, the file is the number.
    /// <c>max</c> is <see cref="long.MaxValue"/>.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> line, ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        while (true)
        {
            // The kernel ends each line; one without an end is cut off, and its number may be too.
            var end = text.IndexOf((byte)'\n');
            if (end < 0)
                return false;

            var current = text[..end];
            text = text[(end + 1)..];
            if (!current.StartsWith(line))
                continue;

            var rest = current[line.Length..];
            var at = rest.IndexOf(field);
            return at >= 0 && TryNumber(rest[(at + field.Length)..], out value);
        }
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long value)
    {
        value = long.MaxValue;
        while (text is [(byte)' ', ..])
            text = text[1..];
        if (text.SequenceEqual("max"u8))
            return true;
        if (!Utf8Parser.TryParse(text, out ulong number, out var length) || (length < text.Length && text[length] != ' '))
            return false;

        value = (long)Math.Min(number, long.MaxValue);
        return true;
    }
}

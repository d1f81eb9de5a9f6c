using System.Globalization;

namespace CrashShield.Tests;

/// <summary>A line of a file that the work probe writes.</summary>
/// <param name="Text">What was done.</param>
/// <param name="Process">By which process.</param>
/// <param name="At">When.</param>
internal sealed record LedgerLine(string Text, int Process, DateTime At)
{
    /// <summary>All lines of a file; none when nobody has written to it.</summary>
    public static LedgerLine[] Read(string path) => File.Exists(path)
        ? [.. File.ReadAllLines(path).Select(line => line.Split(' ')).Select(parts =>
            new LedgerLine(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), DateTime.Parse(parts[2], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)))]
        : [];

    /// <summary>What was done more than once, and by whom.</summary>
    public static IReadOnlyList<string> Twice(IEnumerable<LedgerLine> lines) =>
        [.. lines.GroupBy(line => line.Text).Where(group => group.Count() > 1).Select(group => $"{group.Key} by {string.Join(", ", group.Select(line => line.Process))}")];

    /// <summary>The longest time between two lines of one process: what the machine's other work makes of it, as no restart comes in between.</summary>
    public static TimeSpan LongestWithin(IEnumerable<LedgerLine> lines) =>
        lines.GroupBy(line => line.Process).Max(process => process.Zip(process.Skip(1), (first, second) => second.At - first.At).DefaultIfEmpty().Max());

    /// <summary>The times from the last line of one process to the first of the next.</summary>
    public static TimeSpan[] BetweenProcesses(IReadOnlyCollection<LedgerLine> lines) =>
        [.. lines.Zip(lines.Skip(1)).Where(pair => pair.First.Process != pair.Second.Process).Select(pair => pair.Second.At - pair.First.At)];
}

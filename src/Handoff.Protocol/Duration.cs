using System.Globalization;

namespace CrashShield.Handoff.Protocol;

/// <summary>Durations as people write them: <c>500ms</c>, <c>10s</c>, <c>2m</c>, <c>1h</c>.</summary>
internal static class Duration
{
    // The longer suffix first: "ms" ends in "s".
    private static readonly (string Suffix, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (suffix, seconds) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            if (!double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                // "NaN" is one to the parser, and every comparison with it is false.
                || !(number * seconds >= 0 && number * seconds <= TimeSpan.FromDays(365).TotalSeconds))
            {
                return false;
            }

            duration = TimeSpan.FromSeconds(number * seconds);
            return true;
        }

        return false;
    }

    /// <summary>The shortest of the forms that <see cref="TryParse"/> reads.</summary>
    public static string Format(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 1 and > 0 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.#}ms"),
        >= 3600 when duration.TotalSeconds % 3600 == 0 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalHours:0}h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###}s"),
    };
}

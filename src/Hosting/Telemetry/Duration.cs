using System.Globalization;

namespace CrashShield.Hosting.Telemetry;

/// <summary>A duration as the log tells it: <c>250 ms</c>, <c>1.5 s</c>, <c>2 min 5 s</c>, <c>3 h</c>. The parameter type of log methods that tell one.</summary>
internal readonly record struct Duration(TimeSpan Value)
{
    private const int Minute = 60;
    private const int Hour = 60 * Minute;
    private const int Day = 24 * Hour;

    public static implicit operator Duration(TimeSpan value) => new(value);

    public override string ToString() => (long)Math.Round(Value.TotalSeconds) switch
    {
        _ when Value == Timeout.InfiniteTimeSpan => "for ever",
        >= Day and var seconds => Text(seconds / Day, "d", seconds % Day / Hour, "h"),
        >= Hour and var seconds => Text(seconds / Hour, "h", seconds % Hour / Minute, "min"),
        >= Minute and var seconds => Text(seconds / Minute, "min", seconds % Minute, "s"),
        _ => ShortText(),
    };

    private static string Text(long whole, string unit, long part, string partUnit) =>
        part == 0 ? string.Create(CultureInfo.InvariantCulture, $"{whole} {unit}") : string.Create(CultureInfo.InvariantCulture, $"{whole} {unit} {part} {partUnit}");

    private string ShortText() => Value switch
    {
        { TotalMilliseconds: >= 999.5 } or { Ticks: 0 } => string.Create(CultureInfo.InvariantCulture, $"{Value.TotalSeconds:0.#} s"),
        { TotalMilliseconds: >= 10 } => string.Create(CultureInfo.InvariantCulture, $"{Value.TotalMilliseconds:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Value.TotalMilliseconds:0.##} ms"),
    };
}

using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Leaks;

/// <summary>The pressure of leaks. It falls when the stuck complete, and a window after the last was found.</summary>
internal sealed class LeakSource(LeakWatch watch, IOptions<CrashShieldOptions> options) : IPressureSource
{
    private const double NeedsReason = 0.8;

    // Looked for once a second, by a thread that may be held up by a log or a metrics listener.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private readonly int _max = options.Value.Leaks.MaxLeaked;

    public string Name => "leaks";

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    private string? Latest => watch.Latest is { } site ? $", the latest of {site.Name} from {site.Place}" : null;

    public PressureReading Read()
    {
        if (watch.Age is var age && age > MaxAge)
            throw new InvalidOperationException($"Leaks were last looked for {age.TotalSeconds:F0} s ago.");

        var leaked = watch.Leaked;
        var pressure = Math.Min(1, (double)leaked / _max);
        return pressure > NeedsReason ? new(pressure, $"{leaked} leaks of at most {_max}{Latest}") : new(pressure);
    }
}

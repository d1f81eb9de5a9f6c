using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Leaks;

/// <summary>The pressure of leaks. It falls when the stuck complete, and a window after the last was found.</summary>
internal sealed class LeakSource(LeakWatch watch, IOptions<CrashShieldOptions> options) : IPressureSource
{
    private const double NeedsReason = 0.8;

    private readonly int _max = options.Value.Leaks.MaxLeaked;

    public string Name => "leaks";

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    private string? Latest => watch.Latest is { } site ? $", the latest of {site.Name} from {site.Place}" : null;

    public PressureReading Read()
    {
        var leaked = watch.Leaked;
        var pressure = Math.Min(1, (double)leaked / _max);
        return pressure > NeedsReason ? new(pressure, $"{leaked} leaks of at most {_max}{Latest}") : new(pressure);
    }
}

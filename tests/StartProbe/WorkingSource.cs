using CrashShield.Hosting.Circuit;

namespace CrashShield.StartProbe;

/// <summary>A source that says when it is read.</summary>
internal sealed class WorkingSource : IPressureSource
{
    private int _readings;

    public string Name => "works";

    public TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(100);

    public PressureReading Read()
    {
        Console.WriteLine($"reading {++_readings}");
        return PressureReading.None;
    }
}

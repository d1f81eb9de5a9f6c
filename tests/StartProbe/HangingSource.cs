using CrashShield.Hosting.Circuit;

namespace CrashShield.StartProbe;

/// <summary>A source whose second reading never ends.</summary>
internal sealed class HangingSource(string name) : IPressureSource
{
    private bool _hasRead;

    public string Name => name;

    public TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(500);

    public PressureReading Read()
    {
        if (_hasRead)
        {
            Console.WriteLine($"{name} hangs");
            Thread.Sleep(Timeout.Infinite);
        }

        _hasRead = true;
        return PressureReading.None;
    }
}

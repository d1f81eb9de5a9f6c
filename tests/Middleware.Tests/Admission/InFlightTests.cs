using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class InFlightTests
{
    private static readonly TimeSpan Epoch = TimeSpan.FromSeconds(5);

    private readonly InFlight _inFlight = new();

    [Fact]
    public void CountsWhatCameInTheLastSeconds()
    {
        var streams = Enumerable.Range(0, 300).Select(_ => _inFlight.Enter().Slot).ToArray();
        Assert.Equal(300, _inFlight.Count);

        _inFlight.Tick(Epoch);
        Assert.Equal(301, _inFlight.Enter().Count);
        _inFlight.Tick(Epoch);
        Assert.Equal(1, _inFlight.Count);
        _inFlight.Tick(Epoch);
        Assert.Equal(0, _inFlight.Count);

        Array.ForEach(streams, _inFlight.Exit);
        Assert.Equal(1, _inFlight.Enter().Count);
    }
}

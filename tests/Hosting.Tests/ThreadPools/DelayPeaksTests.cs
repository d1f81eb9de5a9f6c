using CrashShield.Hosting.ThreadPools;
using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.Tests.ThreadPools;

public class DelayPeaksTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    private readonly DelayPeaks _peaks = new();

    [Theory]
    [InlineData("Busy", true)]
    [InlineData("Saturated", true)]
    [InlineData("Blocked", false)]
    [InlineData("Crowded", false)]
    [InlineData("WarmingUp", false)]
    [InlineData("Throttled", false)]
    [InlineData("Paused", false)]
    [InlineData("Unknown", false)]
    public void OnlyAQueueOfTheServicesOwnLoadIsItsOwn(string state, bool isOwn)
    {
        _peaks.Add(new(Enum.Parse<ProcessorState>(state), Long), Long);
        var peak = _peaks.Take(TimeSpan.Zero);
        Assert.Equal((Long, isOwn ? Long : TimeSpan.Zero), (peak.All, peak.Own));
    }

    [Fact]
    public void EachCallBeginsAnew()
    {
        _peaks.Add(new(ProcessorState.Busy, Long), Long);
        _peaks.Take(TimeSpan.Zero);
        _peaks.Add(new(ProcessorState.Idle, TimeSpan.Zero), TimeSpan.FromMilliseconds(1));
        Assert.Equal(new DelayPeak(TimeSpan.FromMilliseconds(1), TimeSpan.Zero), _peaks.Take(TimeSpan.Zero));
    }

    [Fact]
    public void ItemThatStillWaitsCounts()
    {
        _peaks.Add(new(ProcessorState.Busy, TimeSpan.FromMilliseconds(20)), TimeSpan.FromMilliseconds(20));
        Assert.Equal(new DelayPeak(Long, Long), _peaks.Take(Long));
    }
}

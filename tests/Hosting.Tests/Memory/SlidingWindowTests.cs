using CrashShield.Hosting.Memory;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Memory;

public class SlidingWindowTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void HoldsWhatIsYoungerThanItsLength()
    {
        var window = new SlidingWindow(Minute, _time);
        window.Add(1, 5);
        _time.Advance(TimeSpan.FromSeconds(59.9));
        window.Add(2, 7);
        Assert.Equal((3, 12), window.Total(Minute));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((2, 7), window.Total(Minute));
        Assert.Equal((1, 5), window.Total(Minute * 2, Minute));
    }

    [Fact]
    public void SumsExactlyHoweverFastItComes()
    {
        var window = new SlidingWindow(Minute, _time);
        for (var i = 0; i < 10_000; i++)
        {
            window.Add(1, 2);
            _time.Advance(TimeSpan.FromMilliseconds(5));
        }

        Assert.Equal((10_000, 20_000), window.Total(Minute));
        for (var i = 0; i < 100_000; i++)
        {
            window.Add(1);
            _time.Advance(TimeSpan.FromMilliseconds(7));
        }

        // What was put together goes together: a thousandth of the window, and so about nine of them.
        Assert.InRange(window.Total(Minute).Count, (60_000 / 7) - 10, (60_000 / 7) + 10);
    }

    [Fact]
    public void AllocatesNothing()
    {
        var window = new SlidingWindow(Minute, _time);
        window.Add(1);
        window.Total(Minute);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
            window.Add(1);
        window.Total(Minute);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

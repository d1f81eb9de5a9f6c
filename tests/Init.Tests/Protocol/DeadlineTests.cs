using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Protocol;

public class DeadlineTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ItIsDueNotBefore()
    {
        var deadline = Deadline.In(_time, TimeSpan.FromMilliseconds(10.5));
        Assert.Equal(11, deadline.Milliseconds(_time));
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.False(deadline.HasPassed(_time));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(deadline.HasPassed(_time));
        Assert.Equal(0, deadline.Milliseconds(_time));
    }

    [Fact]
    public void NeverIsNeitherDueNorEarlier()
    {
        var soon = Deadline.In(_time, TimeSpan.Zero);
        Assert.False(Deadline.Never.HasPassed(_time));
        Assert.Equal(-1, Deadline.Never.Milliseconds(_time));
        Assert.Equal(soon, Deadline.Earlier(Deadline.Never, soon));
        Assert.Equal(soon, Deadline.Earlier(soon, Deadline.Never));
        Assert.Equal(Deadline.Never, Deadline.Earlier(Deadline.Never, Deadline.Never));
    }
}

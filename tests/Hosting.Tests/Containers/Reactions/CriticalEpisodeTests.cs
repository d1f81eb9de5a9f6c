using CrashShield.Hosting.Containers.Reactions;

namespace CrashShield.Hosting.Tests.Containers.Reactions;

public class CriticalEpisodeTests
{
    private readonly JumpingClock _time = new();
    private readonly CriticalEpisode _episode;

    public CriticalEpisodeTests() => _episode = new(TimeSpan.FromSeconds(30), _time);

    [Fact]
    public void OneReadingIsNone()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(EpisodeStep.None, Follow(true));
            Assert.Equal(EpisodeStep.None, Follow(false));
        }
    }

    [Fact]
    public void NothingIsDueBeforeTheEvidence()
    {
        Enter();
        Assert.Equal(EpisodeStep.None, Follow(true, seconds: 1000));
        _episode.HasEvidence(_time.GetTimestamp());
        Assert.Equal(EpisodeStep.None, Follow(true, seconds: 29));
        Assert.Equal(EpisodeStep.Restart, Follow(true));
        Assert.Equal(EpisodeStep.None, Follow(true, seconds: 100));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public void CalmBeginsTheTimeAnewUnlessItIsShort(int calm, bool counts)
    {
        EnterWithEvidence();
        Follow(true, seconds: 20);
        Follow(false);
        Assert.Equal(EpisodeStep.None, Follow(true, seconds: calm));

        Assert.Equal(counts ? EpisodeStep.Restart : EpisodeStep.None, Follow(true, seconds: 10));
        if (!counts)
            Assert.Equal(EpisodeStep.Restart, Follow(true, seconds: 20));
    }

    [Fact]
    public void FrozenProcessHasNoReadingsAndThatIsNoCalm()
    {
        EnterWithEvidence();
        Assert.Equal(EpisodeStep.Restart, Follow(true, seconds: 107));
    }

    [Fact]
    public void IsOverAfterThirtySecondsOfCalmAndThenAnotherMayBegin()
    {
        EnterWithEvidence();
        Follow(false);
        Assert.Equal(EpisodeStep.None, Follow(false, seconds: 29));
        Assert.Equal(EpisodeStep.Cleared, Follow(false));
        Assert.Equal(EpisodeStep.None, Follow(false, seconds: 100));
        Enter();
        // The evidence of the first is none of the second.
        Assert.Equal(EpisodeStep.None, Follow(true, seconds: 100));
    }

    [Fact]
    public void WhatIsDueWaitsUntilItMayBe()
    {
        EnterWithEvidence();
        Assert.Equal(EpisodeStep.None, Follow(true, seconds: 100, mayRestart: false));
        Assert.Equal(EpisodeStep.Restart, Follow(true));
    }

    [Fact]
    public void ClockThatIsSetChangesNothing()
    {
        EnterWithEvidence();
        _time.Jump = TimeSpan.FromDays(1);
        Assert.Equal(EpisodeStep.None, Follow(true, seconds: 20));
        _time.Jump = TimeSpan.FromDays(-1);
        Assert.Equal(EpisodeStep.Restart, Follow(true, seconds: 10));
    }

    private void Enter()
    {
        Assert.Equal(EpisodeStep.None, Follow(true));
        Assert.Equal(EpisodeStep.Evidence, Follow(true));
    }

    private void EnterWithEvidence()
    {
        Enter();
        _episode.HasEvidence(_time.GetTimestamp());
    }

    private EpisodeStep Follow(bool isCritical, double seconds = 1, bool mayRestart = true)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return _episode.Follow(_time.GetTimestamp(), isCritical, mayRestart);
    }
}

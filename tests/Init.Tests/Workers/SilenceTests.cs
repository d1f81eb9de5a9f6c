using CrashShield.Init.Options;
using CrashShield.Init.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Workers;

/// <summary>A program that does something else for long before it speaks.</summary>
public class SilenceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkerBounds _bounds = new InitOptions().Bounds;

    [Fact]
    public void OneOfWhichNothingIsKnownIsPlainAfterTenSeconds()
    {
        var startup = Start(hasToSpeak: false);
        Advance(startup, 9);
        Assert.False(startup.IsPlain);
        Advance(startup, 1);
        Assert.True(startup.IsPlain);
    }

    [Fact]
    public void OneWithCrashShieldInItIsNotHoweverLongItTakes()
    {
        var startup = Start(hasToSpeak: false);
        startup.Loaded();
        Advance(startup, 3600);
        Assert.Equal((false, StartupStep.Silent), (startup.IsPlain, startup.Step));
    }

    [Fact]
    public void UnlessItSaysThatItWillNotSpeak()
    {
        var startup = Start(hasToSpeak: false);
        startup.Loaded();
        Advance(startup, 30);
        startup.Unheard();
        Advance(startup, 10);
        Assert.True(startup.IsPlain);
    }

    [Fact]
    public void OneThatHasToSpeakHasTheTimeToGetReady()
    {
        var startup = Start(hasToSpeak: true);
        Advance(startup, 59);
        Assert.Equal(StartupStep.Silent, startup.Step);
        Advance(startup, 1);
        Assert.Equal(StartupStep.Failed, startup.Step);
    }

    [Fact]
    public void WhatHasSpokenAfterALongerSilenceMayTakeAsLongAgain()
    {
        var first = Start(hasToSpeak: false);
        Advance(first, 100);
        first.Hello(FakeWorkers.Hello());

        var next = Start(hasToSpeak: true);
        Advance(next, 199);
        Assert.Equal(StartupStep.Silent, next.Step);
        Advance(next, 1);
        Assert.Equal(StartupStep.Failed, next.Step);
    }

    private Startup Start(bool hasToSpeak) => new(FakeWorkers.New(1), _bounds, hasToSpeak, _time);

    private void Advance(Startup startup, int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        startup.Tick();
    }
}

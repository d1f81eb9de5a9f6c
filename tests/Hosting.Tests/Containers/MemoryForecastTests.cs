using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Tests.Containers;

public class MemoryForecastTests
{
    [Theory]
    [InlineData(25)]
    [InlineData(40)]
    [InlineData(50)]
    [InlineData(55)]
    public void LeakInASmallContainerIsNoticedFiveSecondsBeforeTheLimit(double native)
    {
        using var run = new MemoryRun(limit: 200, native);
        run.LeakUntilNoticed(20);
        Assert.InRange(run.Left / 20, 5, 7.5);
        Assert.Matches("^memory: [0-9]+ MiB of 200 MiB in use, growing by 20 MiB/s: full in [56] s$", run.Reason);
    }

    [Theory]
    [InlineData(25)]
    [InlineData(45)]
    [InlineData(55)]
    [InlineData(58)]
    public void SoIsOneThatComesInStepsOfASecond(double native)
    {
        using var run = new MemoryRun(limit: 200, native);
        while (run.Level == CircuitLevel.Closed && run.Left > 0)
        {
            run.Native += 20;
            run.Seconds(1);
        }

        Assert.InRange(run.Left / 20, 5, 7.5);
    }

    [Theory]
    [InlineData(25)]
    [InlineData(45)]
    [InlineData(58)]
    public void AlsoWhenTheFirstStepIsLate(double native)
    {
        using var run = new MemoryRun(limit: 200, native);
        run.Native += 20;
        run.Seconds(0.75);
        while (run.Level == CircuitLevel.Closed && run.Left > 0)
        {
            run.Native += 20;
            run.Seconds(1);
        }

        Assert.InRange(run.Left / 20, 5, 7.5);
    }

    [Theory]
    [InlineData(512, 5)]
    [InlineData(512, 10)]
    [InlineData(1024, 30)]
    [InlineData(4096, 100)]
    [InlineData(200, 2)]
    public void LeakIsNoticedAtTheLatestFiveSecondsBeforeTheShareThatDegradesOrBySeveral(double limit, double mebibytesPerSecond)
    {
        using var run = new MemoryRun(limit, native: 60);
        run.LeakUntilNoticed(mebibytesPerSecond);
        Assert.InRange(run.Left / mebibytesPerSecond, 5, 16);
    }

    [Fact]
    public void LeakThatBeginsAfterAnHourIsNoticedAsWell()
    {
        using var run = new MemoryRun(limit: 200, native: 50);
        run.Seconds(3600);
        Assert.False(run.WasInTrouble);
        run.LeakUntilNoticed(20);
        Assert.InRange(run.Left / 20, 5, 7.5);
    }

    [Fact]
    public void LeakUnderAHeapThatFillsAndEmptiesIsNoticedAsWell()
    {
        using var run = new MemoryRun(limit: 512, native: 100) { Live = 40 };
        Sawtooth(run, seconds: 60, budget: 64);
        Assert.False(run.WasInTrouble);
        Sawtooth(run, seconds: 60, budget: 64, native: 20);
        Assert.InRange(run.Left / 20, 5, 16);
    }

    [Fact]
    public void ManagedLeakThatOutlivesItsCollectionsIsNoticed()
    {
        using var run = new MemoryRun(limit: 512, native: 50) { Live = 20 };
        while (run.Level == CircuitLevel.Closed && run.Left > 0)
        {
            run.Seconds(1, () => run.Garbage += 5);
            run.Live += 20;
            run.Garbage = 0;
            run.Collect();
        }

        Assert.InRange(run.Left / 20, 5, 16);
    }

    [Theory]
    [InlineData(512, 150, 5)]
    [InlineData(512, 150, 4)]
    [InlineData(512, 200, 10)]
    [InlineData(1024, 300, 10)]
    [InlineData(1024, 300, 6)]
    [InlineData(8192, 2000, 8)]
    public void CacheThatFillsOnceIsNoLeak(double limit, double mebibytes, double seconds)
    {
        using var run = new MemoryRun(limit, native: 60);
        run.Seconds(seconds, () => run.Native += mebibytes / seconds / 4);
        run.Seconds(60);
        Assert.False(run.WasInTrouble);
    }

    [Fact]
    public void NeitherAreTwo()
    {
        using var run = new MemoryRun(limit: 512, native: 60);
        run.Seconds(4, () => run.Native += 5);
        run.Seconds(12);
        run.Seconds(3, () => run.Native += 8);
        run.Seconds(60);
        Assert.False(run.WasInTrouble);
    }

    [Fact]
    public void NeitherIsAStepHoweverSteepWhileMuchIsLeft()
    {
        using var run = new MemoryRun(limit: 512, native: 150);
        run.Seconds(0.5, () => run.Native += 70);
        run.Seconds(60);
        Assert.False(run.WasInTrouble);
    }

    [Theory]
    [InlineData(512, 100, 3)]
    [InlineData(512, 130, 3)]
    [InlineData(200, 60, 4)]
    public void NeitherIsAStartOrAWarmUp(double limit, double mebibytes, double seconds)
    {
        using var run = new MemoryRun(limit, native: 25);
        run.Seconds(seconds, () => run.Native += mebibytes / seconds / 4);
        run.Seconds(60);
        Assert.False(run.WasInTrouble);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(120)]
    [InlineData(200)]
    public void YoungHeapThatFillsAndEmptiesIsNone(double budget)
    {
        using var run = new MemoryRun(limit: 512, native: 80) { Live = 40 };
        Sawtooth(run, seconds: 120, budget);
        Assert.False(run.WasInTrouble);
        // The heap gives back what it has kept, and grows again.
        run.Kept = 0;
        Sawtooth(run, seconds: 120, budget);
        Assert.False(run.WasInTrouble);
    }

    [Fact]
    public void FilesThatAreMappedAreNone()
    {
        using var run = new MemoryRun(limit: 512, native: 80);
        run.Seconds(8, () => run.Files += 13);
        run.Seconds(60);
        Assert.Equal(416, run.Files);
        Assert.False(run.WasInTrouble);
    }

    [Fact]
    public void WhatWasEnteredIsHeldForTwentySecondsAndThenLeft()
    {
        using var run = new MemoryRun(limit: 200, native: 60);
        run.LeakUntilNoticed(20);
        run.Seconds(19);
        Assert.Equal("memory: 100 MiB of 200 MiB in use, and it has just been growing fast", run.Reason);
        run.Seconds(10);
        Assert.Equal(CircuitLevel.Degraded, run.Level);
        run.Seconds(5);
        Assert.Equal(CircuitLevel.Closed, run.Level);
    }

    [Fact]
    public void NoForecastNoAlarm()
    {
        using var run = new MemoryRun(limit: 512, native: 60);
        run.Kernel.Options.MemoryForecast = TimeSpan.Zero;
        while (run.InUse < 430)
            run.Seconds(0.25, () => run.Native += 5);
        Assert.False(run.WasInTrouble);
    }

    private static void Sawtooth(MemoryRun run, double seconds, double budget, double native = 0)
    {
        var second = 0d;
        while (second < seconds && (native == 0 || run.Level == CircuitLevel.Closed))
        {
            run.Seconds(0.25, () =>
            {
                run.Native += native / 4;
                run.Garbage += budget / 8;
                run.Kept = Math.Max(0, run.Kept - (budget / 8));
                if (run.Garbage >= budget)
                    run.Collect();
            });
            second += 0.25;
        }
    }
}

using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class RequestCountsTests
{
    private RequestCounts _requests;

    [Fact]
    public void WhatHasComeAndNeitherEndedNorWasRefusedIsInFlight()
    {
        Assert.Equal(1, _requests.Enter());
        Assert.Equal(2, _requests.Enter());
        Assert.Equal(3, _requests.Enter());
        _requests.Refuse();
        _requests.Leave();

        Assert.Equal((3, 1, 1), (_requests.Entered, _requests.Served, _requests.InFlight));
    }

    [Fact]
    public async Task NoneIsLostBetweenThreads()
    {
        const int Each = 20_000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    Assert.InRange(_requests.Enter(), 1, 4 * Each);
                    _requests.Leave();
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal((4 * Each, 4 * Each, 0), (_requests.Entered, _requests.Served, _requests.InFlight));
    }

    [Fact]
    public void WhatTheCircuitRefusesIsNoShareOfAnOverload()
    {
        var share = new RefusedShare();
        for (var i = 0; i < 100; i++)
        {
            _requests.Enter();
            _requests.Refuse();
        }

        share.Tick(_requests, TimeSpan.FromMilliseconds(5));
        Assert.Equal(0, share.Value);
        for (var i = 0; i < 100; i++)
        {
            _requests.Enter();
            _requests.RefuseForLoad();
        }

        share.Tick(_requests, TimeSpan.FromMilliseconds(5));
        Assert.InRange(share.Value, 0.4, 0.6);
        Assert.Equal(0, _requests.InFlight);
    }
}

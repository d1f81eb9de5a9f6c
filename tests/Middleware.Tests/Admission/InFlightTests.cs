using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class InFlightTests
{
    private static readonly TimeSpan Epoch = TimeSpan.FromSeconds(5);

    private readonly InFlight _inFlight = new();

    [Fact]
    public void CountsWhatCameInTheLastSecondsAndAll()
    {
        var streams = Enter(300);
        Assert.Equal((300, 300), (_inFlight.Recent, _inFlight.All));

        _inFlight.Tick(Epoch);
        Assert.Equal(301, _inFlight.Enter().Recent);
        _inFlight.Tick(Epoch);
        Assert.Equal((1, 301), (_inFlight.Recent, _inFlight.All));
        _inFlight.Tick(Epoch);
        Assert.Equal((0, 301), (_inFlight.Recent, _inFlight.All));

        Assert.All(streams, epoch => Assert.False(_inFlight.Exit(epoch)));
        Assert.Equal((0, 1), (_inFlight.Recent, _inFlight.All));
        Assert.True(_inFlight.Exit(_inFlight.Enter().Epoch));
    }

    [Fact]
    public void StreamsStayOldHoweverLongTheyLast()
    {
        Enter(300);
        for (var i = 0; i < 10_000; i++)
        {
            _inFlight.Tick(Epoch);
            Assert.InRange(_inFlight.Recent, 0, i == 0 ? 300 : 0);
        }

        Assert.Equal(300, _inFlight.All);
    }

    [Fact]
    public async Task IsExactAfterAnyRace()
    {
        using var stop = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                    _inFlight.Exit(_inFlight.Enter().Epoch);
            }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        for (var i = 0; i < 200_000; i++)
            _inFlight.Tick(Epoch);
        await stop.CancelAsync();
        await Task.WhenAll(requests);

        Assert.Equal(0, _inFlight.All);
        for (var i = 0; i < 4; i++)
            _inFlight.Tick(Epoch);
        Assert.Equal((0, 0), (_inFlight.Recent, _inFlight.All));
    }

    private int[] Enter(int count) => [.. Enumerable.Range(0, count).Select(_ => _inFlight.Enter().Epoch)];
}

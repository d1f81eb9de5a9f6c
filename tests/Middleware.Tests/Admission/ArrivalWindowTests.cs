using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class ArrivalWindowTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly int Cores = Environment.ProcessorCount;

    private readonly ArrivalWindow _window = new();

    [Theory]
    [InlineData(10, false)]
    [InlineData(40, true)]
    public void TellsFromHowManyCome(int perSecondAndCore, bool expected)
    {
        var arrived = 0d;
        for (var i = 0; i < 400; i++)
        {
            arrived += perSecondAndCore * Cores * Tick.TotalSeconds;
            var isBusy = _window.IsBusy((long)arrived, inFlight: 1, Tick);
            // The first window may still be filling.
            if (i >= 80)
                Assert.Equal(expected, isBusy);
        }
    }

    [Fact]
    public void FewThatTakeLongAreALoadToo() => Assert.True(_window.IsBusy(arrived: 3, inFlight: (2 * Cores) + 1, Tick));
}

using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>Which failures of a service count, and how its backoff goes.</summary>
public sealed class ServiceHealthTests : IAsyncDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(1);
    private static readonly SupervisionPolicy Two = SupervisionPolicy.Service with { MaxRestarts = 2 };

    private readonly SupervisionFixture _fixture = new();

    [Fact]
    public void BugAtOnceIsOneTooMany()
    {
        var health = Health(Two);

        Assert.NotNull(Fail(health, new FormatException(), TimeSpan.Zero));
        Assert.NotNull(Fail(health, new FormatException(), AtOnce - TimeSpan.FromTicks(1)));
        Assert.Null(Fail(health, new FormatException(), TimeSpan.Zero));
    }

    [Fact]
    public void AMessageThatWasPutAsideTakesItsFailuresWithIt()
    {
        var health = Health(SupervisionPolicy.Service);
        for (var i = 0; i < 12; i++)
            Fail(health, new FormatException(), AtOnce);
        health.PutAside();

        Assert.InRange(Fail(health, new FormatException(), TimeSpan.Zero)!.Value, TimeSpan.Zero, SupervisionPolicy.Service.BackoffBase);
    }

    [Fact]
    public void AttemptThatDidNotStartHasFailedAtOnceHoweverLongItTook()
    {
        var health = Health(Two);
        for (var i = 0; i < 3; i++)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(10));
            health.Ended();
            health.Judge(Captured(new FormatException()));
            Assert.Equal(i == 2, health.NextRestart() is null);
        }
    }

    [Fact]
    public void BugsOutsideTheWindowDoNotCount()
    {
        var health = Health(Two);
        for (var i = 0; i < 20; i++)
        {
            Assert.NotNull(Fail(health, new FormatException(), TimeSpan.Zero));
            _fixture.Time.Advance(TimeSpan.FromSeconds(31));
        }
    }

    [Fact]
    public void FailureOfADependencyNeverCounts()
    {
        var health = Health(Two);
        for (var i = 0; i < 100; i++)
            Assert.NotNull(Fail(health, new InvalidOperationException("", new TimeoutException()), TimeSpan.Zero));

        Assert.NotNull(Fail(health, new FormatException(), TimeSpan.Zero));
        Assert.NotNull(Fail(health, new FormatException(), TimeSpan.Zero));
        Assert.Null(Fail(health, new FormatException(), TimeSpan.Zero));
    }

    [Fact]
    public void ServiceThatHasWorkedIsNeverGivenUp()
    {
        var health = Health(Two);
        Fail(health, new FormatException(), AtOnce);
        for (var i = 0; i < 100; i++)
            Assert.NotNull(Fail(health, new FormatException(), TimeSpan.Zero));
    }

    [Fact]
    public void PermanentServiceThatEndsAtOnceCountsAsABug()
    {
        var health = Health(Two);

        Assert.NotNull(Fail(health, null, TimeSpan.Zero));
        Assert.NotNull(Fail(health, null, TimeSpan.Zero));
        Assert.Null(Fail(health, null, TimeSpan.Zero));
    }

    [Fact]
    public void ApplicationKnowsItsBugsBetter()
    {
        var health = Health(Two with { MaxRestarts = 0 }, exception => exception is TimeoutException ? true : exception is FormatException ? false : null);

        Assert.NotNull(Fail(health, new FormatException(), TimeSpan.Zero));
        Assert.NotNull(Fail(health, new IOException(), TimeSpan.Zero));
        Assert.Null(Fail(health, new InvalidOperationException(), TimeSpan.Zero));
        Assert.Null(Fail(health, new TimeoutException(), TimeSpan.Zero));
    }

    [Fact]
    public void ApplicationThatThrowsWhenAskedLeavesItToSupervision()
    {
        var health = Health(Two with { MaxRestarts = 0 }, _ => throw new InvalidOperationException("mine"));

        Assert.NotNull(Fail(health, new IOException(), TimeSpan.Zero));
        Assert.Null(Fail(health, new FormatException(), TimeSpan.Zero));
        Assert.Equal(2, _fixture.Log.Named("BugCheckFailed").Count);
    }

    [Fact]
    public void BackoffDoublesUpToTheMaximumAndBeginsAnewAfterHealth()
    {
        var policy = new SupervisionPolicy { BackoffBase = TimeSpan.FromSeconds(1), BackoffMax = TimeSpan.FromSeconds(10) };
        var samples = Enumerable.Range(0, 300).Select(_ =>
        {
            var health = Health(policy);
            var waits = Enumerable.Range(0, 6).Select(_ => Fail(health, new TimeoutException(), HealthyAfter - TimeSpan.FromTicks(1))!.Value.TotalSeconds).ToList();
            waits.Add(Fail(health, new TimeoutException(), HealthyAfter)!.Value.TotalSeconds);
            return waits;
        }).ToArray();

        double[] caps = [1, 2, 4, 8, 10, 10, 1];
        for (var i = 0; i < caps.Length; i++)
            Assert.InRange(samples.Max(waits => waits[i]), 0.9 * caps[i], caps[i]);
    }

    [Fact]
    public void WithoutABackoffOnlyTheFirstRestartIsAtOnce()
    {
        var policy = new SupervisionPolicy { BackoffBase = TimeSpan.Zero };
        var waits = Enumerable.Range(0, 300).Select(_ =>
        {
            var health = Health(policy);
            return (First: Fail(health, new TimeoutException(), TimeSpan.Zero), Tenth: Enumerable.Range(0, 9).Select(_ => Fail(health, new TimeoutException(), TimeSpan.Zero)).ToArray()[^1]);
        }).ToArray();

        Assert.All(waits, wait => Assert.Equal(TimeSpan.Zero, wait.First));
        Assert.InRange(waits.Max(wait => wait.Tenth!.Value.TotalMilliseconds), 256, 512);
    }

    [Fact]
    public void HealthIsToldWhenItHasLastedWithHowOftenItFailedAndForHowLong()
    {
        var health = Health(Two);
        Fail(health, new TimeoutException(), TimeSpan.Zero);
        _fixture.Time.Advance(TimeSpan.FromSeconds(20));
        Fail(health, new TimeoutException(), TimeSpan.Zero);
        _fixture.Time.Advance(TimeSpan.FromSeconds(10));
        health.Started();
        _fixture.Time.Advance(HealthyAfter - TimeSpan.FromTicks(1));
        Assert.Empty(_fixture.Log.Named("ServiceRecovered"));
        _fixture.Time.Advance(TimeSpan.FromTicks(1));

        var over = Assert.Single(_fixture.Log.Named("ServiceRecovered"));
        Assert.Equal(("2", "30 s"), (over["Failures"], over["Duration"]));
        health.Ended();
        Assert.Single(_fixture.Log.Named("ServiceRecovered"));
    }

    [Fact]
    public void ServiceThatHasNotFailedIsNotToldToBeWell()
    {
        var health = Health(Two);
        health.Started();
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        health.Ended();

        Assert.Empty(_fixture.Log.All);
        Assert.Equal(0, _fixture.Time.Healths);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private ServiceHealth Health(SupervisionPolicy policy, Func<Exception, bool?>? isBug = null)
    {
        var reporter = _fixture.Supervisor.Runtime.Reporter;
        return new(policy, HealthyAfter, new(isBug, reporter), new("service", reporter, _fixture.Time), _fixture.Time);
    }

    private TimeSpan? Fail(ServiceHealth health, Exception? exception, TimeSpan lived)
    {
        health.Started();
        _fixture.Time.Advance(lived);
        health.Ended();
        health.Judge(exception is null ? null : Captured(exception));
        return health.NextRestart();
    }

    private CapturedFailure Captured(Exception exception) => new(exception, FailureOrigin.SupervisedTask, null, _fixture.Time.GetUtcNow());
}

using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>What a consumer lives through whose broker is away, by a clock that the test turns.</summary>
public sealed class BrokerOutageTests : IAsyncDisposable
{
    private const int Messages = 10;

    private readonly Broker _broker = new();
    private SupervisionFixture _fixture = null!;
    private IHostedService _service = null!;
    private int _published;

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    public async Task ConsumerIsBackWithinItsBackoffAndHasEachMessageOnce(int seconds)
    {
        await StartAsync(policy: null);
        await LiveThroughAsync(TimeSpan.FromSeconds(seconds));
        await AssertAllOnceAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    [InlineData(0)]
    public async Task TwelveOutagesInAnHourAreNoneTooMany(int? maxRestarts)
    {
        await StartAsync(maxRestarts is { } max ? new() { MaxRestarts = max, Within = TimeSpan.FromMinutes(1) } : null);
        for (var outage = 0; outage < 12; outage++)
        {
            await LiveThroughAsync(TimeSpan.FromSeconds(outage % 2 == 0 ? 1 : 30));
            await PassAsync(TimeSpan.FromMinutes(4.5), TimeSpan.FromSeconds(30), () => false);
        }

        await AssertAllOnceAsync();
        // Each outage begins with a backoff of its own.
        Assert.Equal(12, _fixture.Log.Named("ServiceRecovered").Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public async Task BrokerThatIsAwayWhenTheConsumerStartsIsNoBug(int? maxRestarts)
    {
        _broker.GoAway();
        await CreateAsync(maxRestarts is { } max ? new() { MaxRestarts = max } : null);
        Publish();
        await PassAsync(TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(100), () => false);
        Assert.InRange(_broker.Refused, 30, 300);
        _broker.ComeBack();
        await PassAsync(TimeSpan.FromSeconds(15), TimeSpan.FromMilliseconds(100), () => _broker.HasConsumer);

        Assert.True(_broker.HasConsumer);
        await AssertAllOnceAsync();
    }

    [Fact]
    public async Task OutageIsToldOnceByItsStackThenByNumbersAndThenThatItIsOver()
    {
        await StartAsync(policy: null);
        await LiveThroughAsync(TimeSpan.FromMinutes(10));
        await PassAsync(TimeSpan.FromMinutes(1.1), TimeSpan.FromSeconds(1), () => false);

        var first = _fixture.Log.Named("TaskRestarting");
        // The connection that was cut, and the ones that were refused.
        Assert.Equal(["System.IO.IOException", "System.Net.Sockets.SocketException"], first.Select(record => record["ErrorType"]).Order());
        Assert.All(first, record => Assert.NotNull(record.Exception));
        var counted = _fixture.Log.Named("ServiceStillFailing");
        Assert.InRange(counted.Count, 7, 10);
        Assert.All(counted, record => Assert.Null(record.Exception));
        var over = Assert.Single(_fixture.Log.Named("ServiceRecovered"));
        var failures = int.Parse(over["Failures"]);
        Assert.Equal(_fixture.Count("crashshield.supervision.failures", "task=BrokerConsumer"), failures);
        Assert.Matches("^10 min( 1?[0-9] s)?$", over["Duration"]);
        Assert.InRange(counted.Sum(record => int.Parse(record["Failures"])), failures - 30, failures - 2);
        // The hooks are told of each.
        await Deadline.Until(() => _fixture.Hooked.Count == failures, "the hooks are told");
    }

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(CancellationToken.None).Within();
        await _fixture.DisposeAsync();
    }

    private async Task StartAsync(SupervisionPolicy? policy)
    {
        await CreateAsync(policy);
        await Deadline.Until(() => _broker.HasConsumer, "the consumer is connected");
        _fixture.Time.Advance(TimeSpan.FromMinutes(2));
    }

    private async Task CreateAsync(SupervisionPolicy? policy)
    {
        // The clock is not to take the bound of a clean-up or of a hook for a restart that waits.
        _fixture = new(
            options => (options.Supervision.ShutdownTimeout, options.Exceptions.HookTimeout) = (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(45)),
            services => services.AddSingleton(_broker).AddSupervisedService<BrokerConsumer>(policy));
        _service = _fixture.Service<BrokerConsumer>();
        await _service.StartAsync(CancellationToken.None).Within();
    }

    private async Task LiveThroughAsync(TimeSpan outage)
    {
        Publish();
        _broker.GoAway();
        Publish();
        var step = TimeSpan.FromMilliseconds(outage > TimeSpan.FromSeconds(1) ? 100 : 5);
        await PassAsync(outage, step, () => false);
        var backoff = Math.Min(0.1 * Math.Pow(2, _broker.Refused), 10);
        Assert.True(_broker.Refused > 0);

        var back = _fixture.Time.GetUtcNow();
        _broker.ComeBack();
        await PassAsync(TimeSpan.FromSeconds(1.5 * backoff), step, () => _broker.HasConsumer);
        Assert.True(_broker.HasConsumer, $"not back within 1.5 × {backoff} s");
        Assert.InRange((_fixture.Time.GetUtcNow() - back).TotalSeconds, 0, 1.5 * backoff);
        await Deadline.Until(() => _fixture.Time.Healths > 0, "the service has started, and waits to be well");
    }

    private async Task AssertAllOnceAsync()
    {
        await Deadline.Until(() => _broker.Acknowledged.Count >= _published, "all messages are acknowledged");
        Assert.Equal(Enumerable.Range(0, _published), _broker.Acknowledged);
        Assert.Equal(CircuitLevel.Closed, _fixture.Circuit.State.Level);
        Assert.DoesNotContain(_fixture.Log.All, record => record.Event.Name == "TaskFailed");
    }

    private void Publish()
    {
        _broker.Publish(Enumerable.Range(_published, Messages));
        _published += Messages;
    }

    // Step by step; the consumer has to do what it does at a step before the clock goes on.
    private async Task PassAsync(TimeSpan duration, TimeSpan step, Func<bool> until)
    {
        for (var end = _fixture.Time.GetUtcNow() + duration; _fixture.Time.GetUtcNow() < end && !until();)
        {
            _fixture.Time.Advance(step);
            await Deadline.Until(() => (_fixture.Time.Restarts > 0 && _fixture.Time.Bounds == 0) || _broker.HasConsumer, "the consumer is connected or waits");
        }
    }
}

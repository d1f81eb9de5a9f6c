using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Circuit;

/// <summary>Sources and reactions on their real threads.</summary>
public class PressureMonitorTests
{
    [Fact]
    public async Task SourceThatHangsOrThrowsIsBlindAndStopsNobody()
    {
        using var release = new ManualResetEvent(false);
        await using var host = await StartAsync(
            services =>
            {
                services.AddSingleton<IPressureSource>(new FakeSource("hangs", () =>
                {
                    release.WaitOne();
                    return PressureReading.None;
                }));
                services.AddSingleton<IPressureSource>(new FakeSource("throws", () => throw new IOException("The file is garbled.")));
                services.AddSingleton<IPressureSource>(new FakeSource("no-number", () => new(double.NaN)));
                services.AddSingleton<IPressureSource>(new FakeSource("works", () => new(0.95, "high")));
            },
            options => options.Circuit.BlindAfter = TimeSpan.FromMilliseconds(200));

        await Deadline.Until(() => host.Report("hangs").IsBlind && host.Report("throws").IsBlind && host.Report("no-number").IsBlind, "three sources are blind");
        await Deadline.Until(() => host.Circuit.Level == CircuitLevel.Degraded, "the fourth is heard");
        Assert.Equal("The file is garbled.", host.Report("throws").Reason);
        release.Set();
        await Deadline.Until(() => !host.Report("hangs").IsBlind, "the source sees again");
    }

    [Fact]
    public async Task ReactionsFollowTheLevelWhileThePoolIsStarved()
    {
        var reaction = new RecordingReaction();
        var degradable = new RecordingDegradable();
        await using var host = await StartAsync(services => services.AddSingleton<ICircuitReaction>(reaction).AddSingleton<IDegradable>(degradable));
        // Not disposed: some of the items come to it only after the test.
        var release = new ManualResetEventSlim();
        for (var i = 0; i < 200; i++)
            ThreadPool.UnsafeQueueUserWorkItem(static release => release.Wait(), release, preferLocal: false);

        // On a thread that is none of the pool's, as every thread here has to be.
        var told = new TaskCompletionSource();
        new Thread(() =>
        {
            host.Circuit.Hold(CircuitLevel.Degraded, "test");
            SpinWait.SpinUntil(() => reaction.Levels.Contains(CircuitLevel.Degraded) && degradable.Calls.Contains("degrade Degraded"), TimeSpan.FromSeconds(10));
            release.Set();
            told.SetResult();
        }).Start();
        await told.Task;
        Assert.Contains(CircuitLevel.Degraded, reaction.Levels);

        host.Circuit.Release();
        await Deadline.Until(() => degradable.Calls.Contains("restore"), "it was restored");
    }

    [Fact]
    public async Task ReactionThatHangsHoldsUpNeitherTheCircuitNorTheOthers()
    {
        using var release = new ManualResetEventSlim();
        var reaction = new RecordingReaction();
        await using var host = await StartAsync(
            services => services.AddSingleton<ICircuitReaction>(new RecordingReaction(release)).AddSingleton<ICircuitReaction>(reaction),
            options => options.Circuit.ReactionTimeout = TimeSpan.FromMilliseconds(50));

        host.Circuit.Hold(CircuitLevel.Degraded, "test");
        host.Circuit.Hold(CircuitLevel.Open, "test");
        host.Circuit.Release();
        await Deadline.Until(() => reaction.Levels.Contains(CircuitLevel.Closed), "the other reaction is told");
        release.Set();
    }

    [Fact]
    public async Task ReactionThatTakesTooLongAndThrowsWhenCancelledEndsNeitherTheProcessNorItself()
    {
        var reaction = new ThrowingWhenCancelled();
        await using var host = await StartAsync(
            services => services.AddSingleton<ICircuitReaction>(reaction), options => options.Circuit.ReactionTimeout = TimeSpan.FromMilliseconds(100));

        for (var i = 0; i < 3; i++)
        {
            var before = reaction.Cancelled;
            host.Circuit.Hold(CircuitLevel.Degraded, "test");
            await Deadline.Until(() => reaction.Cancelled > before, "it was cancelled");
            host.Circuit.Release();
        }
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("30.00:00:00")]
    public async Task IntervalThatCannotBeWaitedForEndsTheStart(string interval)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(services =>
            services.AddSingleton<IPressureSource>(new FakeSource("odd", () => PressureReading.None) { Interval = TimeSpan.Parse(interval, CultureInfo.InvariantCulture) })));
        Assert.Contains($"has the interval '{interval}': must be more than zero and at most a day.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SourceThatThrowsNowAndThenKeepsWhatItAsksFor()
    {
        var reads = 0;
        await using var host = await StartAsync(services => services.AddSingleton<IPressureSource>(new FakeSource(
            "flaps", () => ++reads % 2 == 0 ? throw new IOException("now and then") : new(1, "full"))));

        await Deadline.Until(() => host.Circuit.Level == CircuitLevel.Open, "the circuit opens");
        Assert.False(host.Report("flaps").IsBlind);
    }

    [Fact]
    public async Task ApplicationsHealthChecksFeedTheCircuitAndRunOnceARound()
    {
        var (runs, atOnce, most) = (0, 0, 0);
        await using var host = await StartAsync(
            services => services.AddHealthChecks().AddAsyncCheck("database", async () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref atOnce));
                await Task.Yield();
                Interlocked.Decrement(ref atOnce);
                return Interlocked.Increment(ref runs) < 3 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no connection");
            }, ["circuit"]),
            options =>
            {
                options.HealthChecks.Interval = TimeSpan.FromSeconds(1);
                options.Circuit.EnterSamples = 1;
            });

        await Deadline.Until(() => host.Circuit.Level == CircuitLevel.Open, "the circuit opens");
        Assert.Equal("health-checks: database is Unhealthy (no connection)", host.Circuit.State.Reason);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task HealthCheckThatHangsCountsAsUnhealthyAndHidesNobody()
    {
        await using var host = await StartAsync(
            services => services.AddHealthChecks().AddAsyncCheck("database", async cancellationToken =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                return HealthCheckResult.Healthy();
            }, ["circuit"]),
            options =>
            {
                options.HealthChecks.Interval = TimeSpan.FromSeconds(1);
                options.Circuit.BlindAfter = TimeSpan.FromMilliseconds(300);
                options.Circuit.EnterSamples = 2;
            });

        await Deadline.Until(() => host.Circuit.Level == CircuitLevel.Open, "the circuit opens");
        Assert.Equal("health-checks: database is Unhealthy (it has not ended within 1 s)", host.Circuit.State.Reason);
    }

    [Fact]
    public void ProcessThatHasStoodStillMakesNobodyBlind()
    {
        var time = new FakeTimeProvider();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = Options.Create(new CrashShieldOptions());
        var circuit = new HealthCircuit(new(services.GetRequiredService<IMeterFactory>()), NullLogger<HealthCircuit>.Instance, options, time);
        SourceSampler[] samplers = [new(new FakeSource("slow", () => PressureReading.None), circuit, options, time)];
        using var schedule = new ShieldSchedule();
        using var monitor = new PressureMonitor([], circuit, schedule, options, time);
        var last = time.GetTimestamp();

        time.Advance(TimeSpan.FromSeconds(30));
        last = monitor.Check(samplers, last);
        Assert.False(Assert.Single(circuit.Sources).IsBlind);
        time.Advance(TimeSpan.FromSeconds(1));
        monitor.Check(samplers, last);
        Assert.True(Assert.Single(circuit.Sources).IsBlind);
    }

    private static async Task<Started> StartAsync(Action<IServiceCollection> add, Action<CrashShieldOptions>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddCrashShield(new ConfigurationBuilder().Build(), configure);
        add(builder.Services);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new(host);
    }

    private sealed class Started(IHost host) : IAsyncDisposable
    {
        public HealthCircuit Circuit { get; } = host.Services.GetRequiredService<HealthCircuit>();

        public SourceReport Report(string source) => Circuit.Sources.Single(report => report.Name == source);

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private sealed class FakeSource(string name, Func<PressureReading> read) : IPressureSource
    {
        public string Name => name;

        public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(10);

        public PressureReading Read() => read();
    }

    private sealed class RecordingReaction(ManualResetEventSlim? until = null) : ICircuitReaction
    {
        public ConcurrentQueue<CircuitLevel> Levels { get; } = new();

        public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
        {
            until?.Wait(CancellationToken.None);
            Levels.Enqueue(transition.To);
            return Task.CompletedTask;
        }
    }

    private sealed class ThrowingWhenCancelled : ICircuitReaction
    {
        private int _cancelled;

        public int Cancelled => Volatile.Read(ref _cancelled);

        public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
        {
            if (transition.To == CircuitLevel.Closed)
                return Task.CompletedTask;

            var over = new ManualResetEventSlim();
            cancellationToken.Register(() =>
            {
                Interlocked.Increment(ref _cancelled);
                over.Set();
                throw new InvalidOperationException("A callback of the application.");
            });
            over.Wait(CancellationToken.None);
            return Task.CompletedTask;
        }
    }

    private sealed class RecordingDegradable : IDegradable
    {
        public ConcurrentQueue<string> Calls { get; } = new();

        public Task DegradeAsync(CircuitLevel level, CancellationToken cancellationToken)
        {
            Calls.Enqueue($"degrade {level}");
            return Task.CompletedTask;
        }

        public Task RestoreAsync(CancellationToken cancellationToken)
        {
            Calls.Enqueue("restore");
            return Task.CompletedTask;
        }
    }
}

using System.Collections.Concurrent;
using CrashShield.Hosting.Cleanup;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Cleanup;

public class ShutdownStepTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _ran = [];
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(null);

    public ShutdownStepTests() => _builder.Services.AddCrashShield(_builder.Configuration);

    private IServiceCollection Services => _builder.Services;

    [Fact]
    public async Task RunsInOrderOnceEveryHostedServiceHasStopped()
    {
        Services.AddShutdownStep("close", Ran("close"), "flush-orders", "flush-log");
        Services.AddShutdownStep("flush-orders", dependsOn: "drain", Ran("flush-orders"));
        Services.AddShutdownStep("flush-log", Ran("flush-log"), dependsOn: "flush-orders");
        Services.AddHostedService(_ => new Stoppable(_ran));
        await RunHostAsync();

        Assert.Equal(["stopped", "flush-orders", "flush-log", "close"], _ran);
    }

    [Fact]
    public async Task CanBeRegisteredInEveryShape()
    {
        Services.AddShutdownStep("1", async (_, _) => await Record("1"));
        Services.AddShutdownStep("2", dependsOn: "1", async (_, _) => await Record("2"));
        Services.AddShutdownStep("3", dependsOn: "2", step: (_, _) => Record("3"));
        Services.AddShutdownStep("4", step: (_, _) => Record("4"), dependsOn: "3");
        Services.AddShutdownStep("5", (_, _) => Record("5"), timeout: TimeSpan.FromMinutes(1), dependsOn: "4");
        Services.AddShutdownStep("6", (_, _) => Record("6"), TimeSpan.FromMinutes(1), "4", "5");
        await RunHostAsync();

        Assert.Equal(["1", "2", "3", "4", "5", "6"], _ran);

        ValueTask Record(string name)
        {
            _ran.Enqueue(name);
            return default;
        }
    }

    [Fact]
    public async Task RunsThoughTheHostsTimeIsUsedUp()
    {
        var cancelled = true;
        Services.AddShutdownStep("flush", (_, cancellationToken) =>
        {
            cancelled = cancellationToken.IsCancellationRequested;
            _ran.Enqueue("flush");
            return default;
        });
        using var host = _builder.Build();
        await host.StartAsync();
        await host.StopAsync(new CancellationToken(canceled: true)).WaitAsync(Deadline);

        Assert.Equal(["flush"], _ran);
        Assert.False(cancelled);
    }

    [Fact]
    public async Task GivesEachStepAScopeOfItsOwn()
    {
        var seen = new ConcurrentBag<Scoped>();
        Services.AddScoped<Scoped>();
        Services.AddShutdownStep("one", See);
        Services.AddShutdownStep("two", See);
        await RunHostAsync();

        Assert.Equal(2, seen.Distinct().Count());
        Assert.All(seen, scoped => Assert.True(scoped.Disposed));

        ValueTask See(IServiceProvider services, CancellationToken cancellationToken)
        {
            seen.Add(services.GetRequiredService<Scoped>());
            return default;
        }
    }

    [Theory]
    [InlineData("a", "b", "b", "a", "Clean-up steps wait for each other: a → b → a (each depends on the next).")]
    [InlineData("a", "drain", "b", "c", "Clean-up step 'b' depends on 'c', which does not exist. Known are drain, a, b.")]
    [InlineData("a", "drain", "a", "drain", "There is a clean-up step 'a' already.")]
    [InlineData("a", "drain", "drain", "a", "There is a clean-up step 'drain' already.")]
    public async Task ABrokenChainEndsTheStartInOneLine(string name, string dependsOn, string otherName, string otherDependsOn, string message)
    {
        Services.AddShutdownStep(name, dependsOn, Ran("never"));
        Services.AddShutdownStep(otherName, otherDependsOn, Ran("never"));
        using var host = _builder.Build();
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        Assert.StartsWith(message, refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task AHostThatFailsToStartRunsTheChainOnlyWhenItIsStopped()
    {
        Services.AddShutdownStep("release", Ran("release"));
        Services.AddHostedService(_ => new FailsToStart());
        using var host = _builder.Build();
        await Assert.ThrowsAsync<FormatException>(() => host.StartAsync());

        Assert.Empty(_ran);
        await host.StopAsync();
        Assert.Equal(["release"], _ran);
    }

    [Fact]
    public async Task WorksWithoutTheRestOfCrashShield()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddShutdownStep("flush", Ran("flush"));
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal(["flush"], _ran);
    }

    [Fact]
    public void RefusesBadArgumentsWhenRegistering()
    {
        Assert.Throws<ArgumentException>(() => Services.AddShutdownStep(" ", Ran("never")));
        Assert.Throws<ArgumentException>(() => Services.AddShutdownStep("a", Ran("never"), "drain", ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => Services.AddShutdownStep("a", Ran("never"), TimeSpan.Zero));
    }

    [Fact]
    public void OptionsHaveTheirDocumentedDefaults()
    {
        var options = new CleanupOptions();

        Assert.Equal(TimeSpan.FromSeconds(5), options.StepTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), options.ChainTimeout);
    }

    [Theory]
    [InlineData("StepTimeout", "01:00:01", "from 00:00:00.0010000 to 01:00:00")]
    [InlineData("ChainTimeout", "1.00:00:01", "from 00:00:00.0010000 to 1.00:00:00")]
    public async Task OptionsOutOfRangeEndTheStart(string setting, string value, string range)
    {
        _builder.Configuration.AddInMemoryCollection([new($"CrashShield:Cleanup:{setting}", value)]);
        using var host = _builder.Build();
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains($"CrashShield:Cleanup:{setting} = '{value}': must be a time span such as 00:00:05 {range}.", refused.Message);
    }

    private Func<IServiceProvider, CancellationToken, ValueTask> Ran(string name) => (_, _) =>
    {
        _ran.Enqueue(name);
        return default;
    };

    private async Task RunHostAsync()
    {
        using var host = _builder.Build();
        await host.StartAsync();
        await host.StopAsync().WaitAsync(Deadline);
    }

    private sealed class Scoped : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    private sealed class Stoppable(ConcurrentQueue<string> ran) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await Task.Yield();
            ran.Enqueue("stopped");
        }
    }

    private sealed class FailsToStart : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new FormatException();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

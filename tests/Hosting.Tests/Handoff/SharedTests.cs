using CrashShield.Hosting.Handoff;
using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Hosting.Tests.Handoff;

public class SharedTests
{
    [Fact]
    public async Task ReplacedResourceLivesUntilItsLastLease()
    {
        var (first, second) = (new Resource(), new Resource());
        await using var shared = new Shared<Resource>(first);
        var (one, other) = (shared.Lease(), shared.Lease());
        await shared.ReplaceAsync(second);

        await one.DisposeAsync();
        await one.DisposeAsync();
        Assert.False(first.IsDisposed);
        Assert.Same(first, other.Value);
        await using (var later = shared.Lease())
            Assert.Same(second, later.Value);

        await other.DisposeAsync();
        Assert.Equal((true, false), (first.IsDisposed, second.IsDisposed));
        Assert.Throws<ObjectDisposedException>(() => other.Value);
    }

    [Fact]
    public async Task EndDisposesOfItWithItsLastLeaseAndGivesNoMore()
    {
        var resource = new Resource();
        var shared = new Shared<Resource>(resource);
        var lease = shared.Lease();
        await shared.DisposeAsync();
        await shared.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(shared.Lease);
        Assert.False(resource.IsDisposed);

        await lease.DisposeAsync();
        Assert.True(resource.IsDisposed);

        var late = new Resource();
        await shared.ReplaceAsync(late);
        Assert.True(late.IsDisposed);
    }

    [Fact]
    public async Task RequestHoldsWhatItBeganWith()
    {
        var (first, second) = (new Resource(), new Resource());
        await using var services = new ServiceCollection().AddShared(_ => first).BuildServiceProvider();
        await using (var request = services.CreateAsyncScope())
        {
            var lease = request.ServiceProvider.GetRequiredService<SharedLease<Resource>>();
            await services.GetRequiredService<Shared<Resource>>().ReplaceAsync(second);
            Assert.Same(first, request.ServiceProvider.GetRequiredService<SharedLease<Resource>>().Value);
            Assert.False(lease.Value.IsDisposed);
        }

        Assert.True(first.IsDisposed);
    }

    [Fact]
    public async Task IsNeverDisposedUnderALeaseWhateverTheRace()
    {
        await using var shared = new Shared<Resource>(new());
        using var stop = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    using var lease = shared.Lease();
                    Assert.False(lease.Value.IsDisposed);
                }
            }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var resources = Enumerable.Range(0, 20_000).Select(_ => new Resource()).ToArray();
        foreach (var resource in resources)
            await shared.ReplaceAsync(resource);
        await stop.CancelAsync();
        await Task.WhenAll(requests);

        Assert.All(resources[..^1], resource => Assert.True(resource.IsDisposed));
        Assert.False(resources[^1].IsDisposed);
    }

    [Fact]
    public async Task EndAndReplacementAtOnceLeaveNothing()
    {
        var token = TestContext.Current.CancellationToken;
        for (var i = 0; i < 50_000; i++)
        {
            var (first, second) = (new Resource(), new Resource());
            var shared = new Shared<Resource>(first);
            await Task.WhenAll(Task.Run(() => shared.DisposeAsync().AsTask(), token), Task.Run(() => shared.ReplaceAsync(second).AsTask(), token));
            Assert.Equal((true, true), (first.IsDisposed, second.IsDisposed));
        }
    }

    private sealed class Resource : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose()
        {
            Assert.False(IsDisposed);
            IsDisposed = true;
        }
    }
}

using System.Linq.Expressions;
using Shop;

namespace CrashShield.Hosting.Tests.ThreadPools.Blocking;

[Collection(nameof(BlockingSamplerTests))]
[CollectionDefinition(nameof(BlockingSamplerTests), DisableParallelization = true)]
public class BlockingSamplerTests
{
    public static TheoryData<string, string, string> Waits => new()
    {
        { nameof(OrderStore.Sleep), "Shop.OrderStore.Sleep", "System.Threading.Thread.Sleep" },
        { nameof(OrderStore.Lock), "Shop.OrderStore.Lock", "System.Threading.Monitor.Enter" },
        { nameof(OrderStore.Semaphore), "Shop.OrderStore.Semaphore", "System.Threading.SemaphoreSlim.Wait" },
        { nameof(OrderStore.Result), "Shop.OrderStore.Result", "System.Runtime.CompilerServices.TaskAwaiter.GetResult" },
        { nameof(OrderStore.Event), "Shop.OrderStore.Event lambda", "System.Threading.WaitHandle.WaitOne" },
        { nameof(OrderStore.AsyncMethod), "Shop.OrderStore.StartAsync", "System.Threading.WaitHandle.WaitOne" },
        { nameof(OrderStore.Local), "Shop.OrderStore.Local.Load", "System.Threading.WaitHandle.WaitOne" },
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task NamesTheCodeThatBlocks(string method, string code, string wait)
    {
        var block = typeof(OrderStore).GetMethod(method)!.CreateDelegate<Action<OrderStore>>();

        var sample = await BlockedPool.Sample(4, block);

        Assert.Null(sample.Failure);
        var place = Assert.Single(sample.Places, place => place.Code == code);
        Assert.Equal((wait, 4), (place.Wait, place.Threads));
        Assert.Same(place, sample.Places[0]);
        Assert.InRange(sample.PoolThreads, 4, int.MaxValue);
        Assert.InRange(place.Frames.Count, 2, 12);
        Assert.Contains(code, place.Frames);
    }

    [Fact]
    public async Task IdlePoolIsNotReported()
    {
        // Threads that have had an item and wait for the next.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Thread.SpinWait(1_000_000), TestContext.Current.CancellationToken)));

        var sample = await BlockedPool.Sample(0, _ => { });

        Assert.Null(sample.Failure);
        Assert.DoesNotContain(sample.Places, place => place.Code.StartsWith("Shop.", StringComparison.Ordinal));
        Assert.All(sample.Places, place => Assert.DoesNotContain("LowLevelLifoSemaphore", place.Wait));
    }

    [Fact]
    public async Task HandlerThatIsInlinedIntoAnEndpointIsNotLost()
    {
        var store = Expression.Parameter(typeof(OrderStore));
        var wait = Expression.Call(Expression.Property(store, nameof(OrderStore.Done)), nameof(WaitHandle.WaitOne), null);
        var handler = Expression.Lambda<Action<OrderStore>>(wait, store).Compile();

        var sample = await BlockedPool.Sample(4, handler.Invoke);

        var place = Assert.Single(sample.Places, place => place.Code.EndsWith(" (compiled at run time)", StringComparison.Ordinal));
        Assert.Equal(("System.Threading.WaitHandle.WaitOne", 4), (place.Wait, place.Threads));
    }

    [Fact]
    public async Task ManyThreadsAreCounted()
    {
        var sample = await BlockedPool.Sample(60, store => store.Sleep());

        Assert.Equal(("Shop.OrderStore.Sleep", 60), (sample.Places[0].Code, sample.Places[0].Threads));
    }
}

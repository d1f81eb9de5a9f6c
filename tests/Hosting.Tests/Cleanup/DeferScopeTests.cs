using CrashShield.Hosting.Cleanup;

namespace CrashShield.Hosting.Tests.Cleanup;

public class DeferScopeTests
{
    private readonly List<string> _ran = [];

    [Fact]
    public void RunsLastInFirstOut()
    {
        using (var scope = new DeferScope())
        {
            scope.Defer(() => _ran.Add("first"));
            scope.Defer("second", _ran.Add);
            scope.Defer(() => _ran.Add("third"));
            Assert.Empty(_ran);
        }

        Assert.Equal(["third", "second", "first"], _ran);
    }

    [Fact]
    public void RunsMoreThanTheFirstFew()
    {
        var numbers = new List<int>();
        using (var scope = new DeferScope())
        {
            for (var i = 0; i < 1000; i++)
                scope.Defer(i, numbers.Add);
        }

        Assert.Equal(Enumerable.Range(0, 1000).Reverse(), numbers);
    }

    [Fact]
    public void RunsWhenTheBodyThrows()
    {
        Assert.Throws<FormatException>((Action)Body);
        Assert.Equal(["clean-up"], _ran);

        void Body()
        {
            using var scope = new DeferScope();
            scope.Defer(() => _ran.Add("clean-up"));
            throw new FormatException();
        }
    }

    [Fact]
    public void BindsArgumentsWhenRegistering()
    {
        var bound = new List<int>();
        var closedOver = new List<int>();
        using (var scope = new DeferScope())
        {
            for (var i = 0; i < 3; i++)
            {
                scope.Defer(i, bound.Add);
                scope.Defer(() => closedOver.Add(i));
            }
        }

        Assert.Equal([2, 1, 0], bound);
        Assert.Equal([3, 3, 3], closedOver);
    }

    [Fact]
    public void BindsANullArgument()
    {
        var arguments = new List<string?>();
        using (var scope = new DeferScope())
            scope.Defer<string?>(null, arguments.Add);

        Assert.Equal([null], arguments);
    }

    [Fact]
    public void OneFailureIsThrownAsItselfAndStopsNoOther()
    {
        var failure = new FormatException();
        var scope = new DeferScope();
        scope.Defer(() => _ran.Add("first"));
        scope.Defer(() => throw failure);
        scope.Defer(() => _ran.Add("third"));

        Assert.Same(failure, Assert.Throws<FormatException>(scope.Dispose));
        Assert.Equal(["third", "first"], _ran);
    }

    [Fact]
    public void SeveralFailuresAreThrownInTheOrderOfRunning()
    {
        var scope = new DeferScope();
        scope.Defer(() => throw new FormatException("first"));
        scope.DeferAsync(() => throw new FormatException("second"));
        scope.Defer(() => throw new FormatException("third"));

        var thrown = Assert.Throws<AggregateException>(scope.Dispose);
        Assert.Equal(["third", "second", "first"], thrown.InnerExceptions.Select(e => e.Message));
    }

    [Fact]
    public void EndsOnce()
    {
        var scope = new DeferScope();
        scope.Defer(() => _ran.Add("clean-up"));
        scope.Dispose();
        scope.Dispose();

        Assert.Equal(["clean-up"], _ran);
    }

    [Fact]
    public void RunsWhatACleanUpRegisters()
    {
        using (var scope = new DeferScope())
        {
            scope.Defer(() => _ran.Add("first"));
            scope.Defer(() =>
            {
                _ran.Add("second");
                scope.Defer(() => _ran.Add("nested"));
            });
        }

        Assert.Equal(["second", "nested", "first"], _ran);
    }

    [Fact]
    public void RunsALateCleanUpAtOnceAndRefusesIt()
    {
        var scope = new DeferScope();
        scope.Dispose();

        Assert.Throws<ObjectDisposedException>(() => scope.Defer(() => _ran.Add("late")));
        Assert.Throws<ObjectDisposedException>(() => scope.DeferAsync("late and async", async text =>
        {
            await Task.Yield();
            _ran.Add(text);
        }));
        Assert.Equal(["late", "late and async"], _ran);
    }

    [Fact]
    public void ALateCleanUpThatFailsIsReportedToo()
    {
        var scope = new DeferScope();
        scope.Dispose();

        var thrown = Assert.Throws<AggregateException>(() => scope.Defer(() => throw new FormatException()));
        Assert.Collection(
            thrown.InnerExceptions, e => Assert.IsType<ObjectDisposedException>(e), e => Assert.IsType<FormatException>(e));
    }

    [Fact]
    public void ParallelRegistrationsAllRun()
    {
        var ran = 0;
        using (var scope = new DeferScope())
            Parallel.For(0, 10_000, _ => scope.Defer(() => Interlocked.Increment(ref ran)));

        Assert.Equal(10_000, ran);
    }

    [Fact]
    public void AllocatesNoObjectPerEntry()
    {
        Action cleanup = static () => { };
        Action<string> cleanupOf = static _ => { };
        Measure(16);

        // Twice the entries cost one more array of 32 bytes an entry, and nothing else.
        Assert.InRange(Measure(1024) - Measure(512), 0, (1024 * 32) + 256);

        long Measure(int entries)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using (var scope = new DeferScope())
            {
                for (var i = 0; i < entries / 2; i++)
                {
                    scope.Defer(cleanup);
                    scope.Defer("argument", cleanupOf);
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}

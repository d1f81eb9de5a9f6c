using CrashShield.Hosting.Cleanup;

namespace CrashShield.Hosting.Tests.Cleanup;

public class DeferScopeRunTests
{
    private readonly List<string> _ran = [];

    [Fact]
    public void CleansUpAfterTheBody()
    {
        DeferScope.Run(scope =>
        {
            scope.Defer("clean-up", _ran.Add);
            _ran.Add("body");
        });

        Assert.Equal(["body", "clean-up"], _ran);
    }

    [Fact]
    public void ReturnsTheResultOnceCleanUpsHaveRun()
    {
        var result = DeferScope.Run(scope =>
        {
            scope.Defer("clean-up", _ran.Add);
            return _ran.Count;
        });

        Assert.Equal(0, result);
        Assert.Equal(["clean-up"], _ran);
    }

    [Fact]
    public void TheBodysFailureAloneIsThrownAsItselfWithItsStack()
    {
        var failure = new FormatException("body");
        var thrown = Assert.Throws<FormatException>(() => DeferScope.Run(scope =>
        {
            scope.Defer("clean-up", _ran.Add);
            ThrowFromHere(failure);
        }));

        Assert.Same(failure, thrown);
        Assert.Contains(nameof(ThrowFromHere), thrown.StackTrace);
        Assert.Equal(["clean-up"], _ran);
    }

    [Fact]
    public void ACleanUpsFailureAloneIsThrownAsItself() =>
        Assert.Throws<FormatException>(() => DeferScope.Run(scope => scope.Defer(() => throw new FormatException())));

    [Fact]
    public void ACleanUpCannotHideTheBodysFailure()
    {
        var thrown = Assert.Throws<AggregateException>(() => DeferScope.Run(scope =>
        {
            scope.Defer(() => throw new FormatException("first"));
            scope.Defer(() => throw new FormatException("second"));
            throw new FormatException("body");
        }));

        Assert.Equal(["body", "second", "first"], thrown.InnerExceptions.Select(e => e.Message));
    }

    [Fact]
    public void PlainUsingLetsItHideTheBodysFailure()
    {
        Assert.Equal("clean-up", Assert.Throws<FormatException>((Action)Body).Message);

        static void Body()
        {
            using var scope = new DeferScope();
            scope.Defer(() => throw new FormatException("clean-up"));
            throw new FormatException("body");
        }
    }

    [Fact]
    public async Task CleansUpAfterAnAsynchronousBody()
    {
        var result = await DeferScope.RunAsync(async scope =>
        {
            scope.DeferAsync("clean-up", AddLater);
            await AddLater("body");
            return _ran.Count;
        });

        Assert.Equal(1, result);
        Assert.Equal(["body", "clean-up"], _ran);
    }

    [Fact]
    public async Task ACleanUpCannotHideAnAsynchronousBodysFailure()
    {
        var thrown = await Assert.ThrowsAsync<AggregateException>(() => DeferScope.RunAsync(async scope =>
        {
            scope.DeferAsync(() => throw new FormatException("clean-up"));
            await Task.Yield();
            throw new FormatException("body");
        }));

        Assert.Equal(["body", "clean-up"], thrown.InnerExceptions.Select(e => e.Message));
    }

    [Fact]
    public async Task ACancelledBodyStaysCancelled()
    {
        var running = DeferScope.RunAsync(scope =>
        {
            scope.Defer("clean-up", _ran.Add);
            return Task.FromCanceled(new CancellationToken(canceled: true));
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(running.IsCanceled);
        Assert.Equal(["clean-up"], _ran);
    }

    [Fact]
    public void RefusesAnAsynchronousBodyThatWouldOutliveItsCleanUps()
    {
        AssertRefused(() => DeferScope.Run(async scope => await AddLater("body")));
        AssertRefused(() => DeferScope.Run(scope => AddLater("body")));
        AssertRefused(() => DeferScope.Run(async ValueTask<int> (scope) =>
        {
            await AddLater("body");
            return 1;
        }));
        Assert.Empty(_ran);

        static void AssertRefused(Func<object> run) => Assert.Contains("RunAsync", Assert.Throws<ArgumentException>(() => { run(); }).Message);
    }

    private static void ThrowFromHere(Exception exception) => throw exception;

    private async ValueTask AddLater(string text)
    {
        await Task.Yield();
        _ran.Add(text);
    }
}

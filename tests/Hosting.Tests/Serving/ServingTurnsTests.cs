using CrashShield.Hosting.Serving;

namespace CrashShield.Hosting.Tests.Serving;

public sealed class ServingTurnsTests : IDisposable
{
    private readonly ServingTurns _turns = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _turns.Dispose();

    [Fact]
    public async Task ProcessThatNobodyLeadsServes()
    {
        Assert.True(_turns.IsServing);
        using var turn = await _turns.BeginTurnAsync(Cancelled);
        Assert.False(turn.Ends.IsCancellationRequested);
        Assert.False(_turns.Serve());
    }

    [Fact]
    public async Task ProcessThatIsLedWaitsUntilItIsTold()
    {
        using var turns = new ServingTurns(waits: true);
        Assert.Null(turns.TryBeginTurn());
        var waits = turns.BeginTurnAsync(Cancelled);
        Assert.True(turns.Serve());
        (await waits).Dispose();
    }

    [Fact]
    public async Task RestIsOverWhenTheLastTurnIs()
    {
        using var first = await _turns.BeginTurnAsync(Cancelled);
        using var second = await _turns.BeginTurnAsync(Cancelled);
        var rests = _turns.Rest();
        Assert.True(first.Ends.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
        Assert.False(_turns.IsServing);
        Assert.Equal(["a turn of IServingState", "a turn of IServingState"], _turns.Owners);
        Assert.Null(_turns.TryBeginTurn());
        first.Dispose();
        first.Dispose();
        Assert.False(rests.IsCompleted);
        second.Dispose();
        Assert.True(await rests.WaitAsync(Cancelled));
    }

    [Fact]
    public async Task WhoeverWaitsBeginsWithTheNextServing()
    {
        Assert.True(await _turns.Rest());
        var waits = _turns.BeginTurnAsync(Cancelled);
        Assert.False(waits.IsCompleted);
        Assert.True(_turns.Serve());
        using var turn = await waits;
        Assert.False(turn.Ends.IsCancellationRequested);
    }

    [Fact]
    public async Task RestThatIsTakenBackTellsSo()
    {
        using var turn = await _turns.BeginTurnAsync(Cancelled);
        var rests = _turns.Rest();
        Assert.True(_turns.Serve());
        Assert.False(await rests.WaitAsync(Cancelled));
        turn.Dispose();
        using var next = await _turns.BeginTurnAsync(Cancelled);
        Assert.False(next.Ends.IsCancellationRequested);
    }

    [Fact]
    public async Task WaitIsEndedByItsToken()
    {
        await _turns.Rest();
        using var end = new CancellationTokenSource();
        var waits = _turns.BeginTurnAsync(end.Token);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits.AsTask());
    }
}

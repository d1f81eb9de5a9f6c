using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Hosting.Tests.Supervision;

public sealed class DeadLetterGuardTests : IAsyncDisposable
{
    private readonly SupervisionFixture _fixture = new();
    private readonly List<DeadLetter> _letters = [];
    private int _handled;

    private DeadLetterGuard Guard => _fixture.Services.GetRequiredService<DeadLetterGuard>();

    [Fact]
    public async Task MessageThatFailedThreeTimesIsHandedToTheHook()
    {
        for (var i = 1; i <= 3; i++)
            await FailAsync("poison", new FormatException($"failure {i}"));
        Assert.False(await HandleAsync("poison"));

        var letter = Assert.Single(_letters);
        Assert.Equal(("orders", "poison", 3, "failure 3"), (letter.Queue, letter.Key, letter.Failures, letter.Exception.Message));
        Assert.Equal(0, _handled);
        var record = Assert.Single(_fixture.Log.Named("MessageDeadLettered"));
        Assert.Equal(("poison", "orders", "3", "System.FormatException"), (record["Key"], record["Queue"], record["Failures"], record["ErrorType"]));

        // It is forgotten: sent again by an operator, it is a message as any.
        Assert.True(await HandleAsync("poison"));
    }

    [Fact]
    public async Task OtherMessagesAreNotConcerned()
    {
        for (var i = 1; i <= 3; i++)
            await FailAsync("poison", new FormatException());

        Assert.True(await HandleAsync("other"));
        Assert.True(await Guard.HandleAsync("invoices", "poison", _ => Task.CompletedTask, PutAsideAsync));
        Assert.Empty(_letters);
    }

    [Fact]
    public async Task SuccessForgetsTheFailuresBefore()
    {
        for (var i = 0; i < 10; i++)
        {
            await FailAsync("flaky", new FormatException());
            await FailAsync("flaky", new FormatException());
            Assert.True(await HandleAsync("flaky"));
        }

        Assert.Empty(_letters);
    }

    [Fact]
    public async Task FailureOfADependencyIsNotTheMessages()
    {
        for (var i = 0; i < 10; i++)
            await FailAsync("message", new IOException());

        Assert.True(await HandleAsync("message"));
    }

    [Fact]
    public async Task WhatEndsByItsTokenHasNotFailed()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        for (var i = 0; i < 10; i++)
            await Assert.ThrowsAsync<FormatException>(() => Guard.HandleAsync("orders", "message", _ => throw new FormatException(), PutAsideAsync, stop.Token));

        Assert.True(await HandleAsync("message"));
    }

    [Fact]
    public async Task HookThatFailsIsAskedAgainAndTheMessageIsNotLost()
    {
        for (var i = 1; i <= 3; i++)
            await FailAsync("poison", new FormatException());
        for (var i = 1; i <= 5; i++)
            await Assert.ThrowsAsync<TimeoutException>(() => Guard.HandleAsync("orders", "poison", HandleAsync, (_, _) => throw new TimeoutException()));
        Assert.Empty(_fixture.Log.Named("MessageDeadLettered"));

        Assert.False(await HandleAsync("poison"));
        Assert.Equal(3, Assert.Single(_letters).Failures);
        Assert.Equal(0, _handled);
    }

    [Fact]
    public async Task WhatItKnowsHasABound()
    {
        for (var i = 1; i <= 3; i++)
            await FailAsync("oldest", new FormatException());
        for (var i = 1; i <= 3; i++)
            await FailAsync("old", new FormatException());
        for (var i = 0; i < FailedMessages.Capacity - 1; i++)
            await FailAsync($"message {i}", new FormatException());

        Assert.True(await HandleAsync("oldest"));
        Assert.False(await HandleAsync("old"));
    }

    [Fact]
    public async Task KeyOfAnyTextIsOneLineOfTheLog()
    {
        var key = "a\nb" + new string('c', 1_000);
        for (var i = 1; i <= 3; i++)
            await FailAsync(key, new FormatException());
        await HandleAsync(key);

        Assert.Equal(@"a\nb" + new string('c', 97) + "…", Assert.Single(_fixture.Log.Named("MessageDeadLettered"))["Key"]);
    }

    [Fact]
    public async Task RefusesWhatHasNoName()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Guard.HandleAsync(" ", "key", HandleAsync, PutAsideAsync));
        await Assert.ThrowsAsync<ArgumentException>(() => Guard.HandleAsync("queue", "", HandleAsync, PutAsideAsync));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Guard.HandleAsync("queue", "key", null!, PutAsideAsync));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Guard.HandleAsync("queue", "key", HandleAsync, null!));
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private Task<bool> HandleAsync(string key) => Guard.HandleAsync("orders", key, HandleAsync, PutAsideAsync);

    private async Task FailAsync(string key, Exception exception) =>
        Assert.Same(exception, await Assert.ThrowsAnyAsync<Exception>(() => Guard.HandleAsync("orders", key, _ => throw exception, PutAsideAsync)));

    private Task HandleAsync(CancellationToken cancellationToken)
    {
        _handled++;
        return Task.CompletedTask;
    }

    private Task PutAsideAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        _letters.Add(letter);
        return Task.CompletedTask;
    }
}

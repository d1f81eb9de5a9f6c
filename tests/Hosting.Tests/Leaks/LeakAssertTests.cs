using System.Runtime.CompilerServices;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Tests.Supervision;

namespace CrashShield.Hosting.Tests.Leaks;

public class LeakAssertTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    [Fact]
    public Task PassesWhenAllHasEnded() => LeakAssert.NoneAsync(async () =>
    {
        await Shield.Watch(Task.Delay(1, TestContext.Current.CancellationToken), "ends");
        using var handle = LeakTracker.Track(new object());
        // Ends after the body: it is given the time.
        _ = Shield.Watch(Task.Delay(20, TestContext.Current.CancellationToken), "ends later");
    });

    [Fact]
    public async Task NamesWhatWasAbandoned()
    {
        var error = await Assert.ThrowsAsync<LeakException>(() => LeakAssert.NoneAsync(AbandonAsync, Soon)).Within();

        Assert.StartsWith("abandoned task 'forgotten' from AbandonAsync (LeakAssertTests.cs:", Assert.Single(error.Leaks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamesWhatIsStuckAndNotDisposed()
    {
        var source = new TaskCompletionSource();
        IDisposable? handle = null;
        var error = await Assert.ThrowsAsync<LeakException>(() => LeakAssert.NoneAsync(
            async () =>
            {
                await Task.Yield();
                _ = Shield.Watch(source.Task, "waits");
                handle = LeakTracker.Track(source, "lease");
            },
            Soon)).Within();

        Assert.Equal(2, error.Leaks.Count);
        Assert.Contains("task that has not completed 'waits'", error.Message, StringComparison.Ordinal);
        Assert.Contains("resource not disposed 'lease'", error.Message, StringComparison.Ordinal);
        source.SetResult();
        handle!.Dispose();
    }

    [Fact]
    public async Task NamesAReaderWithoutAWriter()
    {
        ValueTask<bool> waiting = default;
        var error = await Assert.ThrowsAsync<LeakException>(() => LeakAssert.NoneAsync(
            () =>
            {
                waiting = WaitForNobody();
                return Task.CompletedTask;
            },
            Soon)).Within();

        Assert.Contains("reader without a writer 'jobs'", Assert.Single(error.Leaks), StringComparison.Ordinal);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task FailureOfTheBodyIsTheTests() =>
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => LeakAssert.NoneAsync(() => throw new InvalidTimeZoneException())).Within();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task AbandonAsync()
    {
        _ = Shield.Watch(new TaskCompletionSource().Task, "forgotten");
        return Task.CompletedTask;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ValueTask<bool> WaitForNobody() => ShieldChannel.CreateUnbounded<int>("jobs").Reader.WaitToReadAsync();
}

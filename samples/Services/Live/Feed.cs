using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Services.Live;

/// <summary>One event each 100 ms of the clock, numbered by it: whoever says which number came last gets what came after, from any process.</summary>
internal static class Feed
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    public static async IAsyncEnumerable<SseItem<string>> ReadAsync(long? last, CancellationToken lameDuck, [EnumeratorCancellation] CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lameDuck, gone);
        for (var number = last + 1 ?? Now; !end.IsCancellationRequested; number++)
        {
            while (number > Now && !end.IsCancellationRequested)
                await Task.Delay(new TimeSpan((number * Every.Ticks) - DateTime.UtcNow.Ticks) + TimeSpan.FromMilliseconds(1), end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (number <= Now)
                yield return new($"event {number}", "number") { EventId = $"{number}" };
        }
    }

    private static long Now => DateTime.UtcNow.Ticks / Every.Ticks;
}

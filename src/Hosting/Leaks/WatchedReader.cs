using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace CrashShield.Hosting.Leaks;

/// <summary>Costs something only when it has to wait.</summary>
internal sealed class WatchedReader<T>(ChannelReader<T> inner, ChannelWatch watch) : ChannelReader<T>
{
    public override Task Completion => inner.Completion;

    public override bool CanCount => inner.CanCount;

    public override bool CanPeek => inner.CanPeek;

    public override int Count => inner.Count;

    public override bool TryPeek([MaybeNullWhen(false)] out T item) => inner.TryPeek(out item);

    public override bool TryRead([MaybeNullWhen(false)] out T item) => inner.TryRead(out item);

    public override ValueTask<T> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompleted ? read : WaitAsync(read);
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        var wait = inner.WaitToReadAsync(cancellationToken);
        return wait.IsCompleted ? wait : WaitAsync(wait);
    }

    private async ValueTask<TResult> WaitAsync<TResult>(ValueTask<TResult> wait)
    {
        watch.BeginWait();
        try
        {
            return await wait.ConfigureAwait(false);
        }
        finally
        {
            watch.EndWait();
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace CrashShield.Hosting.Leaks;

internal sealed class WatchedWriter<T>(ChannelWriter<T> inner, ChannelWatch watch) : ChannelWriter<T>
{
    ~WatchedWriter() => watch.WriterGone();

    [SuppressMessage("Usage", "CA1816", Justification = "To complete a channel is what Dispose is elsewhere.")]
    public override bool TryComplete(Exception? error = null)
    {
        GC.SuppressFinalize(this);
        return inner.TryComplete(error);
    }

    public override bool TryWrite(T item) => inner.TryWrite(item);

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => inner.WaitToWriteAsync(cancellationToken);

    public override ValueTask WriteAsync(T item, CancellationToken cancellationToken = default) => inner.WriteAsync(item, cancellationToken);
}

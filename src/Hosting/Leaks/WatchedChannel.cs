using System.Threading.Channels;

namespace CrashShield.Hosting.Leaks;

internal sealed class WatchedChannel<T> : Channel<T>
{
    public WatchedChannel(Channel<T> inner, ChannelWatch watch) =>
        (Reader, Writer) = (new WatchedReader<T>(inner.Reader, watch), new WatchedWriter<T>(inner.Writer, watch));
}

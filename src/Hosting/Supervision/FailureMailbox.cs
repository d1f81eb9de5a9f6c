using System.Threading.Channels;
using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// The failures of a scope on their way to its owner. One that nobody took is logged when the scope ends, or when <see cref="Capacity"/>
/// newer ones wait: an owner who never looks must not make the process hold every exception it ever threw.
/// </summary>
internal sealed class FailureMailbox(SupervisionReporter reporter)
{
    public const int Capacity = 1_024;

    private readonly Lock _lock = new();
    private Channel<CapturedFailure>? _channel;
    private bool _isClosed;

    public ChannelReader<CapturedFailure> Reader => field ??= new TakingReader(Open().Reader);

    public void Publish(CapturedFailure failure)
    {
        if (!Open().Writer.TryWrite(failure))
            reporter.Untaken(failure);
    }

    public void Close()
    {
        Channel<CapturedFailure>? channel;
        lock (_lock)
        {
            _isClosed = true;
            channel = _channel;
        }

        channel?.Writer.TryComplete();
        while (channel is not null && channel.Reader.TryRead(out var failure))
            reporter.Untaken(failure);
    }

    private Channel<CapturedFailure> Open()
    {
        lock (_lock)
        {
            if (_channel is not null)
                return _channel;

            var options = new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest };
            _channel = Channel.CreateBounded<CapturedFailure>(options, reporter.Untaken);
            if (_isClosed)
                _channel.Writer.Complete();
            return _channel;
        }
    }

    // To read a failure is to take it.
    private sealed class TakingReader(ChannelReader<CapturedFailure> inner) : ChannelReader<CapturedFailure>
    {
        public override Task Completion => inner.Completion;

        public override bool CanCount => inner.CanCount;

        public override int Count => inner.Count;

        public override bool CanPeek => inner.CanPeek;

        public override bool TryPeek(out CapturedFailure item) => inner.TryPeek(out item!);

        public override bool TryRead(out CapturedFailure item)
        {
            if (!inner.TryRead(out item!))
                return false;

            item.TryTake();
            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => inner.WaitToReadAsync(cancellationToken);
    }
}

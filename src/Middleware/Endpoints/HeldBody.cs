namespace CrashShield.Middleware.Endpoints;

/// <summary>Holds the body of an answer back, until whoever writes it may speak for itself: then what it has written is sent, and the rest as it comes.</summary>
/// <param name="sent">Where it goes then.</param>
/// <param name="maySpeak">Asked with each write and flush.</param>
internal sealed class HeldBody(Stream sent, Func<bool> maySpeak) : Stream
{
    private readonly MemoryStream _held = new();
    private bool _isSpeaking;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public byte[] ToArray() => _held.ToArray();

    public override void Flush()
    {
        if (!IsHeld())
            Sent().Flush();
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => IsHeld() ? Task.CompletedTask : FlushSentAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsHeld())
            _held.Write(buffer);
        else
            Sent().Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsHeld())
            _held.Write(buffer.Span);
        else
            await (await SentAsync(cancellationToken).ConfigureAwait(false)).WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private bool IsHeld() => !_isSpeaking && !(_isSpeaking = maySpeak());

    private async Task FlushSentAsync(CancellationToken cancellationToken) =>
        await (await SentAsync(cancellationToken).ConfigureAwait(false)).FlushAsync(cancellationToken).ConfigureAwait(false);

    private async ValueTask<Stream> SentAsync(CancellationToken cancellationToken)
    {
        if (_held.Length > 0)
            await sent.WriteAsync(_held.ToArray(), cancellationToken).ConfigureAwait(false);
        _held.SetLength(0);
        return sent;
    }

    private Stream Sent()
    {
        _held.WriteTo(sent);
        _held.SetLength(0);
        return sent;
    }
}

using System.Buffers.Text;
using System.Text;

namespace CrashShield.Load;

/// <summary>Follows one HTTP/1.1 answer through the pieces in which it arrives, up to its last byte.</summary>
public sealed class AnswerReader
{
    private const int MaxHeadLength = 32_768;

    private readonly ChunkedBody _chunks = new();
    private byte[] _head = new byte[1_024];
    private int _headLength;
    private long _bodyLeft;
    private bool _isChunked;
    private bool _isHeadRead;

    public int Status { get; private set; }

    /// <summary>Whether the server said that it closes the connection after this answer.</summary>
    public bool Closes { get; private set; }

    public bool HasBegun => _headLength > 0;

    public void Reset()
    {
        _headLength = 0;
        _bodyLeft = 0;
        _isChunked = false;
        _isHeadRead = false;
        Status = 0;
        Closes = false;
        _chunks.Reset();
    }

    /// <summary>Takes the next piece.</summary>
    /// <returns>Whether the answer is whole.</returns>
    /// <exception cref="InvalidDataException">This is no HTTP/1.1 answer, or more than one.</exception>
    public bool Read(ReadOnlySpan<byte> bytes)
    {
        if (!_isHeadRead)
        {
            var bodyBytes = ReadHead(bytes);
            if (!_isHeadRead)
                return false;
            bytes = bytes[^bodyBytes..];
        }

        if (_isChunked)
            return _chunks.Read(bytes);
        if (bytes.Length > _bodyLeft)
            throw new InvalidDataException("There is more than the answer's length.");
        _bodyLeft -= bytes.Length;
        return _bodyLeft == 0;
    }

    private int ReadHead(ReadOnlySpan<byte> bytes)
    {
        // The piece may have much of the body too.
        var (before, taken) = (_headLength, Math.Min(bytes.Length, MaxHeadLength - _headLength));
        while (before + taken > _head.Length)
            Array.Resize(ref _head, _head.Length * 2);
        bytes[..taken].CopyTo(_head.AsSpan(before));
        _headLength += taken;

        var end = _head.AsSpan(0, _headLength).IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return _headLength < MaxHeadLength ? 0 : throw new InvalidDataException("The head of the answer does not end.");
        ParseHead(_head.AsSpan(0, end + 2));
        _isHeadRead = true;
        return before + bytes.Length - end - 4;
    }

    private void ParseHead(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out var digits) || digits != 3)
            throw new InvalidDataException("The answer does not start as HTTP/1.1.");
        Status = status;
        for (var line = Next(ref head); !head.IsEmpty;)
        {
            line = Next(ref head);
            if (Value(line, "Content-Length: "u8) is { IsEmpty: false } length && Utf8Parser.TryParse(length, out long bytes, out _))
                _bodyLeft = bytes;
            else if (Ascii.EqualsIgnoreCase(Value(line, "Transfer-Encoding: "u8), "chunked"u8))
                _isChunked = true;
            else if (Ascii.EqualsIgnoreCase(Value(line, "Connection: "u8), "close"u8))
                Closes = true;
        }
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf("\r\n"u8);
        var line = head[..end];
        head = head[(end + 2)..];
        return line;
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..] : [];
}

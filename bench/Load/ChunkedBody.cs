namespace CrashShield.Load;

/// <summary>Finds the end of a chunked body (RFC 9112, section 7.1) without keeping it. Trailers are not expected.</summary>
public sealed class ChunkedBody
{
    private enum Part
    {
        Size,
        SizeEnd,
        Data,
        DataEnd,
        LastEnd,
        Done,
    }

    private Part _part;
    private long _left;

    public void Reset() => (_part, _left) = (Part.Size, 0);

    /// <returns>Whether the last chunk is here.</returns>
    /// <exception cref="InvalidDataException">It is not chunked as it should be.</exception>
    public bool Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_part == Part.Data)
            {
                var taken = (int)Math.Min(_left, bytes.Length);
                _left -= taken;
                bytes = bytes[taken..];
                if (_left == 0)
                    _part = Part.DataEnd;
            }
            else
            {
                Read(bytes[0]);
                bytes = bytes[1..];
            }
        }

        return _part == Part.Done;
    }

    private void Read(byte next) => _part = (_part, next) switch
    {
        (Part.Size, (byte)'\r') => Part.SizeEnd,
        (Part.Size, _) when char.IsAsciiHexDigit((char)next) => AddDigit(next),
        (Part.SizeEnd, (byte)'\n') => _left == 0 ? Part.LastEnd : Part.Data,
        (Part.DataEnd, (byte)'\r') => Part.DataEnd,
        (Part.DataEnd, (byte)'\n') => Part.Size,
        (Part.LastEnd, (byte)'\r') => Part.LastEnd,
        (Part.LastEnd, (byte)'\n') => Part.Done,
        _ => throw new InvalidDataException("The body is not chunked as it should be."),
    };

    private Part AddDigit(byte digit)
    {
        _left = (_left * 16) + HexDigit(digit);
        return Part.Size;
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

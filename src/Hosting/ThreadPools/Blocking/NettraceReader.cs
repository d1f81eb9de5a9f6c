using System.Text;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>
/// Reads the stream of an EventPipe session, version 4 and 5 of the format (NetTraceFormat_v5.md in microsoft/perfview): a header, then objects with a type name and a block of bytes each.
/// Whatever does not fit throws <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class NettraceReader(NettraceReader.Source source, NettraceReader.Blocks blocks, int maxBytes)
{
    private const byte End = 1;
    private const byte BeginObject = 5;
    private const byte EndObject = 6;
    private const int MaxName = 64;
    private const int TraceSize = 48;
    private const int PointerSizeOffset = 32;
    private const int Alignment = 4;
    private const int Newest = 5;

    private byte[] _block = [];
    private int _read;

    /// <summary>Fills a part of the buffer. Returns how much; 0 at the end.</summary>
    public delegate int Source(Span<byte> buffer);

    /// <summary>Takes a block by the name of its type. The bytes are valid during the call.</summary>
    public delegate void Blocks(string type, ReadOnlySpan<byte> block);

    public int BytesRead => _read;

    public void ReadToEnd()
    {
        if (!Next(8).SequenceEqual("Nettrace"u8) || Int32() != 20 || !Next(20).SequenceEqual("!FastSerialization.1"u8))
            throw new InvalidDataException("it is no nettrace stream");

        while (Byte() is var tag && tag != End)
        {
            Expect(tag, BeginObject);
            ReadObject();
        }
    }

    private void ReadObject()
    {
        Expect(Byte(), BeginObject);
        Expect(Byte(), End);
        Int32();
        var minimum = Int32();
        var length = Int32();
        if (minimum > Newest || length is < 0 or > MaxName)
            throw new InvalidDataException($"an object needs a reader of version {minimum}, its name has {length} bytes");
        var type = Encoding.UTF8.GetString(Next(length));
        Expect(Byte(), EndObject);

        if (type == "Trace")
            ReadTrace();
        else
            ReadBlock(type);
        Expect(Byte(), EndObject);
    }

    private void ReadTrace()
    {
        var trace = new NettraceCursor(Next(TraceSize));
        trace.Take(PointerSizeOffset);
        if (trace.Int32() is var size && size != sizeof(ulong))
            throw new InvalidDataException($"pointers have {size} bytes");
    }

    private void ReadBlock(string type)
    {
        var size = Int32();
        Next(-_read & (Alignment - 1));
        blocks(type, Next(size));
    }

    private static void Expect(byte tag, byte expected)
    {
        if (tag != expected)
            throw new InvalidDataException($"tag {tag} is where {expected} was expected");
    }

    private byte Byte() => Next(1)[0];

    private int Int32() => new NettraceCursor(Next(sizeof(int))).Int32();

    private ReadOnlySpan<byte> Next(int count)
    {
        if (count < 0 || count > maxBytes - _read)
            throw new InvalidDataException($"more than {maxBytes} bytes");
        if (count > _block.Length)
            _block = new byte[count];

        var next = _block.AsSpan(0, count);
        for (var rest = next; rest.Length > 0;)
        {
            var read = source(rest);
            if (read <= 0)
                throw new InvalidDataException($"it ends after {_read + count - rest.Length} bytes");
            rest = rest[read..];
        }

        _read += count;
        return next;
    }
}

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>The events of an EventBlock or a MetadataBlock, one after the other.</summary>
internal ref struct EventBlobs
{
    private const int MinHeader = 4;
    private const int GuidSize = 16;
    private const int Alignment = 4;

    private readonly bool _isCompressed;
    private NettraceCursor _cursor;
    private int _payloadSize;

    public EventBlobs(ReadOnlySpan<byte> block)
    {
        _cursor = new NettraceCursor(block);
        var headerSize = _cursor.UInt16();
        _isCompressed = (_cursor.UInt16() & 1) != 0;
        _cursor.Take(headerSize - MinHeader);
    }

    public int MetadataId { get; private set; }

    public ulong ThreadId { get; private set; }

    public int StackId { get; private set; }

    public ReadOnlySpan<byte> Payload { get; private set; }

    public bool Next()
    {
        if (_cursor.IsAtEnd)
            return false;
        if (_isCompressed)
            ReadCompressed();
        else
            ReadPlain();
        return true;
    }

    // Each field that is not there is as in the event before.
    private void ReadCompressed()
    {
        var flags = _cursor.Byte();
        if ((flags & 1) != 0)
            MetadataId = (int)_cursor.Packed();
        if ((flags & 2) != 0)
        {
            _cursor.Packed(); // sequence number
            _cursor.Packed(); // capturing thread
            _cursor.Packed(); // processor
        }

        if ((flags & 4) != 0)
            ThreadId = _cursor.Packed();
        if ((flags & 8) != 0)
            StackId = (int)_cursor.Packed();
        _cursor.Packed(); // timestamp
        if ((flags & 16) != 0)
            _cursor.Take(GuidSize);
        if ((flags & 32) != 0)
            _cursor.Take(GuidSize);
        if ((flags & 128) != 0)
            _payloadSize = (int)_cursor.Packed();
        Payload = _cursor.Take(_payloadSize);
    }

    private void ReadPlain()
    {
        _cursor.Int32(); // size of the rest
        MetadataId = _cursor.Int32() & int.MaxValue;
        _cursor.Int32(); // sequence number
        ThreadId = _cursor.UInt64();
        _cursor.UInt64(); // capturing thread
        _cursor.Int32(); // processor
        StackId = _cursor.Int32();
        _cursor.UInt64(); // timestamp
        _cursor.Take(2 * GuidSize);
        Payload = _cursor.Take(_cursor.Int32());
        _cursor.Align(Alignment);
    }
}

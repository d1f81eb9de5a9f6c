using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>Reads little-endian fields one after the other. Reading past the end throws <see cref="InvalidDataException"/>.</summary>
internal ref struct NettraceCursor(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>A number in groups of seven bits, the lowest first.</summary>
    public ulong Packed()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var group = Byte();
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
                return value;
        }

        throw new InvalidDataException("a packed number is longer than 64 bits");
    }

    /// <summary>UTF-16 up to a zero, which is not part of the result.</summary>
    public ReadOnlySpan<char> Text()
    {
        // An odd byte at the end is no character.
        var rest = MemoryMarshal.Cast<byte, char>(_bytes[Position..]);
        var length = rest.IndexOf('\0');
        if (length < 0)
            throw new InvalidDataException("a text has no end");
        Position += (length + 1) * sizeof(char);
        return rest[..length];
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _bytes.Length - Position)
            throw new InvalidDataException($"{count} bytes were expected where {_bytes.Length - Position} are left");
        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    public void Align(int size) => Take(-Position & (size - 1));
}

using System.Buffers;
using System.Text;

namespace CrashShield.Middleware.Grpc;

/// <summary>A protobuf message that is being written. Packages with google.rpc's messages bring megabytes to every application, for three of them.</summary>
internal sealed class ProtobufMessage
{
    // The wire types (protobuf.dev, "Encoding").
    private const int Varint = 0;
    private const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public ProtobufMessage Add(int field, int value)
    {
        Write((uint)(field << 3 | Varint));
        Write((uint)value);
        return this;
    }

    public ProtobufMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    public ProtobufMessage Add(int field, ProtobufMessage message) => Add(field, message.Written);

    private ProtobufMessage Add(int field, ReadOnlySpan<byte> bytes)
    {
        Write((uint)(field << 3 | LengthDelimited));
        Write((uint)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    // Seven bits a byte, the lowest first; the highest bit says that more follow.
    private void Write(uint value)
    {
        Span<byte> encoded = stackalloc byte[5];
        var length = 0;
        for (; value > 0x7F; value >>= 7)
            encoded[length++] = (byte)(value | 0x80);
        encoded[length++] = (byte)value;
        _bytes.Write(encoded[..length]);
    }
}

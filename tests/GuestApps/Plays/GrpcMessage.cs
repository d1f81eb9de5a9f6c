using System.Buffers.Binary;
using System.Text;

namespace CrashShield.GuestApps.Plays;

/// <summary>A message as it is on the wire: five bytes of length, and field 1 as text (protobuf's encoding).</summary>
internal static class GrpcMessage
{
    private const int PrefixLength = 5;
    private const byte FieldOneText = 0x0A;

    public static byte[] Of(string text)
    {
        var field = Encoding.UTF8.GetBytes(text);
        var message = new byte[PrefixLength + 2 + field.Length];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), field.Length + 2);
        message[PrefixLength] = FieldOneText;
        message[PrefixLength + 1] = checked((byte)field.Length);
        field.CopyTo(message, PrefixLength + 2);
        return message;
    }
}

using System.Runtime.InteropServices;

namespace CrashShield.Init.Listeners;

/// <summary>A packet with a descriptor riding on it, SCM_RIGHTS, unix(7).</summary>
internal static unsafe class DescriptorPacket
{
    /// <returns>The bytes sent, or -1 and errno.</returns>
    public static nint Send(int channel, ReadOnlySpan<byte> packet, int descriptor)
    {
        var rights = new Rights { Length = (nuint)sizeof(Rights) - 4, Level = 1, Type = 1, Descriptor = descriptor };
        fixed (byte* bytes = packet)
        {
            var vector = new IoVector { Base = bytes, Length = (nuint)packet.Length };
            var header = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = &rights, ControlLength = (nuint)sizeof(Rights) };
            return SocketCalls.SendMessage(channel, &header, SocketCalls.NoSignal | SocketCalls.DoNotWait);
        }
    }

    /// <summary>struct cmsghdr with one descriptor, padded to 8 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Rights
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        public int Padding;
    }
}

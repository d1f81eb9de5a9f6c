using System.Runtime.InteropServices;

namespace CrashShield.Handoff.Protocol;

/// <summary>struct msghdr with one struct iovec, 64 bits. musl has the lengths as int and padding, which little-endian machines cannot tell apart.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}

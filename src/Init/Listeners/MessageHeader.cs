using System.Runtime.InteropServices;

namespace CrashShield.Init.Listeners;

/// <summary>struct msghdr with one struct iovec, 64 bits.</summary>
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

using System.Runtime.InteropServices;

namespace CrashShield.Handoff.Protocol;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

using System.Runtime.InteropServices;

namespace CrashShield.Init.Polling;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public PollEvents Wanted;
    public PollEvents Returned;
}

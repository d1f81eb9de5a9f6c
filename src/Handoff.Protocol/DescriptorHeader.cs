using System.Runtime.InteropServices;

namespace CrashShield.Handoff.Protocol;

/// <summary>struct cmsghdr with one descriptor, SCM_RIGHTS of unix(7), padded to 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DescriptorHeader
{
    /// <summary>Without the padding: one descriptor and no more.</summary>
    public const int LengthOfOne = 20;

    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS

    public nuint Length;
    public int Level;
    public int Type;
    public int Descriptor;
    public int Padding;

    public DescriptorHeader(int descriptor) =>
        (Length, Level, Type, Descriptor) = (LengthOfOne, SocketLevel, Rights, descriptor);

    public readonly bool HasDescriptor => Length >= LengthOfOne && Level == SocketLevel && Type == Rights;
}

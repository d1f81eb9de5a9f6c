using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CrashShield.Middleware.Tests.Handoff;

/// <summary>A second descriptor of the same socket, as another process gets it.</summary>
internal static partial class Descriptor
{
    public static int Duplicate(Socket socket) => Duplicate((int)socket.Handle);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    public static partial int Duplicate(int descriptor);
}

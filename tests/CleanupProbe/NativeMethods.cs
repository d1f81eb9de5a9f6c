using System.Runtime.InteropServices;

namespace CrashShield.CleanupProbe;

/// <summary>Ends that only native code can bring about.</summary>
internal static partial class NativeMethods
{
    [LibraryImport("libc", EntryPoint = "abort")]
    public static partial void Abort();

    /// <summary>Reads what it is given, so that an address that is not mapped raises SIGSEGV outside managed code.</summary>
    [LibraryImport("libc", EntryPoint = "strlen")]
    public static partial nint StringLength(nint address);
}

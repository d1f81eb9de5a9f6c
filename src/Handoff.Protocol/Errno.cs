using System.Runtime.InteropServices;

namespace CrashShield.Handoff.Protocol;

/// <summary>errno(3), the numbers that are the same on all Linux architectures.</summary>
internal static class Errno
{
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int NoExecutable = 8;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int NoPermission = 13;
    public const int NotDirectory = 20;
    public const int NoFilesInSystem = 23;
    public const int NoFiles = 24;
    public const int AddressInUse = 98;
    public const int ConnectionReset = 104;
    public const int ConnectionRefused = 111;

    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The kernel's words and number: <c>Address already in use (98)</c>.</summary>
    public static string Text(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} ({errno})";
}

using System.Globalization;
using System.Runtime.InteropServices;

namespace CrashShield.Init.Limits;

/// <summary>
/// Keeps the pages of this program in memory once they are there: at a limit the kernel takes back those of files, and of the rest what it can swap out, and each that is needed again would
/// have to wait for memory like all else in the cgroup. Pages that nobody has needed yet are not read for it.
/// </summary>
internal static partial class ResidentPages
{
    // Not the space that is kept free for the heap and for stacks, which counts against the limit as well.
    private const long Small = 1 << 20;
    private const int OnFault = 1; // MLOCK_ONFAULT

    /// <returns>False when the process may not, or not for all: <c>RLIMIT_MEMLOCK</c>.</returns>
    public static bool Keep()
    {
        // 7f2c1a000000-7f2c1a200000 r-xp 00001000 08:01 1234 /usr/lib/libc.so.6, proc_pid_maps(5).
        var mappings = File.ReadAllLines("/proc/self/maps");
        return KeepAll(mappings.Where(IsFileOrStack)) & KeepAll(mappings.Where(line => !IsFileOrStack(line) && line.Contains(" rw", StringComparison.Ordinal) && Length(line) <= Small));
    }

    private static bool IsFileOrStack(string line) => line.Contains('/', StringComparison.Ordinal) || line.EndsWith("[stack]", StringComparison.Ordinal);

    private static bool KeepAll(IEnumerable<string> lines)
    {
        var kept = true;
        foreach (var line in lines)
            kept &= Lock(Address(line, 0), Length(line), OnFault) == 0;
        return kept;
    }

    private static nint Length(string line) => Address(line, 1) - Address(line, 0);

    private static nint Address(string line, int which) =>
        (nint)ulong.Parse(line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-')[which], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // glibc 2.27, musl 1.2.
    [LibraryImport("libc", EntryPoint = "mlock2")]
    private static partial int Lock(nint start, nint length, int flags);
}

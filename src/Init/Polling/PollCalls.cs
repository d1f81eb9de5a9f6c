using System.Runtime.InteropServices;

namespace CrashShield.Init.Polling;

internal static partial class PollCalls
{
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollEntry> entries, nuint count, int milliseconds);
}

using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>Event ids 2500 to 2599.</summary>
internal static partial class BlockingLog
{
    [LoggerMessage(2500, LogLevel.Warning,
        "{Threads} of {All} thread-pool threads wait in {Code} ({Wait}). Blocking calls keep requests waiting for a thread. CrashShield added threads. "
        + "Make the call asynchronous, or raise the pool's minimum. Stack: {Stack}",
        EventName = "PoolBlocked")]
    public static partial void PoolBlocked(ILogger logger, int threads, int all, string code, string wait, string stack);

    [LoggerMessage(2501, LogLevel.Warning,
        "The thread pool is blocked, and CrashShield could not find out by which code: {Reason}. CrashShield added threads. "
        + "To find the blocking code, run dotnet-stack or dotnet-dump while the pool is blocked.",
        EventName = "BlockedStacksUnknown")]
    public static partial void StacksUnknown(ILogger logger, string reason);
}

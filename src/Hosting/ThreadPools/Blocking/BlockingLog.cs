using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>Event ids 2500 to 2599.</summary>
internal static partial class BlockingLog
{
    [LoggerMessage(2500, LogLevel.Warning,
        "Thread-pool threads that wait in {Code} ({Wait}): {Threads} of {All}. Blocking calls keep requests waiting for a thread. {Relief} Stack: {Stack}",
        EventName = "PoolBlocked")]
    public static partial void PoolBlocked(ILogger logger, string code, string wait, int threads, int all, string relief, string stack);

    [LoggerMessage(2501, LogLevel.Warning,
        "The thread pool is blocked, and CrashShield could not find out by which code: {Reason}. "
        + "To find the blocking code, run dotnet-stack or dotnet-dump while the pool is blocked.",
        EventName = "BlockedStacksUnknown")]
    public static partial void StacksUnknown(ILogger logger, string reason);
}

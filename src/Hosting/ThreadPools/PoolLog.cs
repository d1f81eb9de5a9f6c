using CrashShield.Hosting.ThreadPools.Diagnosis;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>Event ids 2400 to 2499.</summary>
internal static partial class PoolLog
{
    [LoggerMessage(EventId = 2400, EventName = "ProcessorStateChanged",
        Message = "Processor state went from {From} to {To}: work waited up to {DelayMs:F0} ms for a thread, the process used {Use:P0} of its processors, the threads of the pool are {Threads}, its minimum is raised by {AddedThreads}.")]
    public static partial void StateChanged(ILogger logger, LogLevel level, ProcessorState from, ProcessorState to, double delayMs, double use, int threads, int addedThreads);

    [LoggerMessage(2401, LogLevel.Error, "A look at the thread pool failed with {ErrorType}; the next look follows within 20 ms. Further failures are not logged.", EventName = "PoolLookFailed")]
    public static partial void LookFailed(ILogger logger, Exception? exception, string? errorType);
}

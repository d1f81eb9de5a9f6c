using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Memory;

/// <summary>Event ids 1500 to 1599.</summary>
internal static partial class MemoryLog
{
    [LoggerMessage(
        1500, LogLevel.Information, "The heap uses {Used} of {Limit} bytes and no full collection has come to tell how much of it is garbage: asked for one.",
        EventName = "FullCollectionAsked")]
    public static partial void FullCollectionAsked(ILogger logger, long used, long limit);
}

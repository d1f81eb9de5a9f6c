using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Signals;

/// <summary>Event ids 1900 to 1949.</summary>
internal static partial class SignalLog
{
    [LoggerMessage(1900, LogLevel.Information, "{Signals}: taken by a thread of their own.", EventName = "SignalsOnOwnThread")]
    public static partial void OnOwnThread(ILogger logger, string signals);

    [LoggerMessage(EventId = 1901, Level = LogLevel.Information, EventName = "SignalsOnThreadPool",
        Message = "{Signals}: delivered on the thread pool, so that a starved pool delays them. Start the process with them blocked, env --block-signal={Names} dotnet …, and a thread of their own takes them.")]
    public static partial void OnThreadPool(ILogger logger, string signals, string names);

    [LoggerMessage(1902, LogLevel.Warning, "This system has no {Signals}: not available here.", EventName = "SignalsNotAvailable")]
    public static partial void NotAvailable(ILogger logger, string signals);

    [LoggerMessage(1903, LogLevel.Warning, "{Signal}: degraded mode has begun. The same signal ends it.", EventName = "DegradedBySignal")]
    public static partial void Degraded(ILogger logger, string signal);

    [LoggerMessage(1904, LogLevel.Information, "{Signal}: degraded mode has ended.", EventName = "RestoredBySignal")]
    public static partial void Restored(ILogger logger, string signal);

    [LoggerMessage(1905, LogLevel.Warning, "{Signal} changes nothing: the application itself holds the circuit at {Level}: {Reason}", EventName = "HeldByCode")]
    public static partial void HeldByCode(ILogger logger, string signal, CircuitLevel level, string? reason);

    [LoggerMessage(1906, LogLevel.Warning, "{Signal} is refused: the process is about to stop.", EventName = "SignalRefused")]
    public static partial void RefusedWhileDraining(ILogger logger, string signal);

    [LoggerMessage(1907, LogLevel.Warning, "{Signal}: hot restart is not available.", EventName = "HotRestartNotAvailable")]
    public static partial void NoHotRestart(ILogger logger, string signal);

    [LoggerMessage(1908, LogLevel.Error, "{Signal} could not be obeyed: {ErrorType}: {Error}", EventName = "SignalFailed")]
    public static partial void ActionFailed(ILogger logger, string signal, string? errorType, string error);
}

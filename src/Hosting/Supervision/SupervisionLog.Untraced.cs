using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Supervision;

/// <content>
/// The same events for work that belongs to no trace, as most services do, and for services, which belong to no scope: a text cannot leave a value out. Defined by hand, because the
/// source generator takes an id for one text only.
/// </content>
internal static partial class SupervisionLog
{
    private static readonly Action<ILogger, string?, int, string, string, Exception?> UntracedFailure =
        LoggerMessage.Define<string?, int, string, string>(
            LogLevel.Error, new EventId(1100, nameof(TaskFailed)),
            "Task {TaskName} (attempt {Attempt}) failed with {ErrorType} and is not started again. Error {ErrorId}.");

    private static readonly Action<ILogger, string?, int, string, Duration, string, Exception?> UntracedRestart =
        LoggerMessage.Define<string?, int, string, Duration, string>(
            LogLevel.Warning, new EventId(1102, nameof(TaskRestarting)),
            "Task {TaskName} (attempt {Attempt}) failed with {ErrorType}; it starts again in {Delay}. Error {ErrorId}.");

    private static readonly Action<ILogger, string, Duration, Exception?> StuckService =
        LoggerMessage.Define<string, Duration>(
            LogLevel.Warning, new EventId(1101, nameof(TaskStuck)), "Service {TaskName} did not end within {Bound} after it was told to stop and goes on by itself.");

    private static readonly Action<ILogger, string, Duration, Exception?> StuckCleanup =
        LoggerMessage.Define<string, Duration>(
            LogLevel.Warning, new EventId(1101, nameof(TaskStuck)), "The clean-up of service {TaskName} did not end within {Bound} and goes on by itself.");

    private static readonly Action<ILogger, string, Exception?> LateService =
        LoggerMessage.Define<string>(LogLevel.Warning, new EventId(1114, nameof(StopTimeUp)), "The host's time to stop was up before service {TaskName} had ended.");

    internal static void ServiceStuck(ILogger logger, string service, TimeSpan bound) => StuckService(logger, service, bound, null);

    internal static void CleanupStuck(ILogger logger, string service, TimeSpan bound) => StuckCleanup(logger, service, bound, null);

    internal static void ServiceTimeUp(ILogger logger, string service) => LateService(logger, service, null);

    internal static void Failed(ILogger logger, Exception? exception, CapturedFailure failure)
    {
        if (failure.TraceId is { } trace)
            TaskFailed(logger, exception, failure.TaskName, failure.Attempt, failure.ErrorType, trace, failure.ErrorId);
        else
            UntracedFailure(logger, failure.TaskName, failure.Attempt, failure.ErrorType, failure.ErrorId, exception);
    }

    internal static void Restarting(ILogger logger, Exception? exception, CapturedFailure failure, TimeSpan delay)
    {
        if (failure.TraceId is { } trace)
            TaskRestarting(logger, exception, failure.TaskName, failure.Attempt, failure.ErrorType, delay, trace, failure.ErrorId);
        else
            UntracedRestart(logger, failure.TaskName, failure.Attempt, failure.ErrorType, delay, failure.ErrorId, exception);
    }
}

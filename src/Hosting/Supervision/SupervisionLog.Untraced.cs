using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Supervision;

/// <content>
/// The same events for work that belongs to no trace, as most services do: a text cannot leave a value out. Defined by hand, because the source
/// generator takes an id for one text only.
/// </content>
internal static partial class SupervisionLog
{
    private static readonly Action<ILogger, string?, int, string, string, Exception?> UntracedFailure =
        LoggerMessage.Define<string?, int, string, string>(
            LogLevel.Error, new EventId(1100, nameof(TaskFailed)),
            "Task {TaskName} (attempt {Attempt}) failed with {ErrorType} and is not started again. Error {ErrorId}.");

    private static readonly Action<ILogger, string?, int, string, TimeSpan, string, Exception?> UntracedRestart =
        LoggerMessage.Define<string?, int, string, TimeSpan, string>(
            LogLevel.Warning, new EventId(1102, nameof(TaskRestarting)),
            "Task {TaskName} (attempt {Attempt}) failed with {ErrorType}; it starts again in {Delay}. Error {ErrorId}.");

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

using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Exceptions;

/// <summary>What the application has registered for ASP.NET Core's own exception handler: who answers, and whether the failure is reported then.</summary>
internal sealed class ApplicationHandlers(IEnumerable<IExceptionHandler> handlers, IOptions<ExceptionHandlerOptions> options, ILogger<ApplicationHandlers> logger)
{
    private readonly IExceptionHandler[] _handlers = [.. handlers];
    private readonly Func<ExceptionHandlerSuppressDiagnosticsContext, bool>? _isSuppressed = options.Value.SuppressDiagnosticsCallback;

    private bool Any => _handlers.Length > 0;

    /// <summary>Asks each of them in turn. Their answers are for no cache, as ASP.NET Core's handler sees to it.</summary>
    /// <returns>The one that has answered; <see langword="null"/> when none has.</returns>
    public async ValueTask<IExceptionHandler?> AnswerAsync(HttpContext context, CapturedFailure failure)
    {
        if (!Any)
            return null;

        var headers = context.Response.Headers;
        (headers.CacheControl, headers.Pragma, headers.Expires) = ("no-cache,no-store", "no-cache", "-1");
        foreach (var handler in _handlers)
        {
            try
            {
                if (await handler.TryHandleAsync(context, failure.Exception, context.RequestAborted).ConfigureAwait(false))
                    return handler;
            }
            catch (Exception e)
            {
                LogHandlerFailed(e, failure.ErrorId);
            }
        }

        if (!context.Response.HasStarted)
            (headers.CacheControl, headers.Pragma, headers.Expires) = (default, default, default);
        return null;
    }

    /// <summary>Whether an answered failure is kept out of log, span and events, as ASP.NET Core's own handler decides it: by its setting, and without one when a handler has answered.</summary>
    public bool IsQuiet(HttpContext context, CapturedFailure failure, FailureEnding ending) => ending.Outcome == FailureOutcome.Handled
        && (_isSuppressed is null ? ending.By is not null : IsSuppressed(_isSuppressed, context, failure, ending));

    private bool IsSuppressed(Func<ExceptionHandlerSuppressDiagnosticsContext, bool> isSuppressed, HttpContext context, CapturedFailure failure, FailureEnding ending)
    {
        try
        {
            return isSuppressed(new ExceptionHandlerSuppressDiagnosticsContext
            {
                HttpContext = context,
                Exception = failure.Exception,
                ExceptionHandledBy = ending.By is null ? ExceptionHandledType.ProblemDetailsService : ExceptionHandledType.ExceptionHandlerService,
            });
        }
        catch (Exception e)
        {
            LogChoiceFailed(e, failure.ErrorId);
            return false;
        }
    }

    private void LogHandlerFailed(Exception exception, string errorId) => GuardedLog.Write(() => CaptureLog.ExceptionHandlerFailed(
        logger, LoggableException.Of(exception), exception.GetType().FullName, errorId));

    private void LogChoiceFailed(Exception exception, string errorId) => GuardedLog.Write(() => CaptureLog.SuppressDiagnosticsFailed(
        logger, LoggableException.Of(exception), exception.GetType().FullName, errorId));
}

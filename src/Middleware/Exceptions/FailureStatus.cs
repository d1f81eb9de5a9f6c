using System.Collections.Concurrent;
using CrashShield.Hosting;
using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Which status a failure is answered with.</summary>
internal sealed class FailureStatus(IOptions<CrashShieldOptions> options, IOptions<ExceptionHandlerOptions> handler, ILogger<FailureStatus> logger)
{
    private readonly Func<Exception, int>? _selector = handler.Value.StatusCodeSelector;
    private readonly IReadOnlyDictionary<Type, int> _mapped = options.Value.Exceptions.StatusCodes;
    private readonly ConcurrentDictionary<Type, int?>? _resolved = options.Value.Exceptions.StatusCodes.Count == 0 ? null : new();

    public int Of(Exception exception) =>
        _resolved?.GetOrAdd(exception.GetType(), static (type, mapped) => Resolve(type, mapped), _mapped)
        ?? Selected(exception)
        ?? (exception as BadHttpRequestException)?.StatusCode switch
        {
            // A dependency that is refused locally, as while degraded, is no mistake of ours: the client may come back.
            null when exception is IsolatedCircuitException => StatusCodes.Status503ServiceUnavailable,
            null => StatusCodes.Status500InternalServerError,
            // A bad request that claims to be none.
            < 400 or > 599 => StatusCodes.Status400BadRequest,
            var statusCode => statusCode.Value,
        };

    // As ASP.NET Core's own handler asks it. By 500 it says that it knows nothing better.
    private int? Selected(Exception exception)
    {
        try
        {
            return _selector?.Invoke(exception) is >= 400 and <= 599 and not StatusCodes.Status500InternalServerError and var statusCode ? statusCode : null;
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => CaptureLog.StatusSelectorFailed(logger, LoggableException.Of(e), e.GetType().FullName));
            return null;
        }
    }

    private static int? Resolve(Type type, IReadOnlyDictionary<Type, int> mapped)
    {
        for (Type? level = type; level is not null; level = level.BaseType)
        {
            if (mapped.TryGetValue(level, out var statusCode))
                return statusCode;
            // What a bad request says of itself is more exact than a mapping of all exceptions.
            if (level == typeof(BadHttpRequestException))
                return null;
        }

        return null;
    }
}

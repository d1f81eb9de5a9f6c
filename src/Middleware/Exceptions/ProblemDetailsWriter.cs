using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// Writes problem details as the application customised them with <c>AddProblemDetails</c>; without any customisation, straight to the response.
/// </summary>
internal sealed class ProblemDetailsWriter
{
    private readonly Action<ProblemDetailsContext>? _customize;
    private readonly IProblemDetailsWriter[] _writers;
    // Made with the first answer that needs it: the framework's defaults for JSON take long to load, and a service may never need them.
    private readonly Lazy<JsonTypeInfo<ProblemDetails>> _json;
    private readonly ILogger<ProblemDetailsWriter> _logger;

    public ProblemDetailsWriter(
        IOptions<ProblemDetailsOptions> problemDetails, IEnumerable<IProblemDetailsWriter> writers, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json,
        ILogger<ProblemDetailsWriter> logger)
    {
        _customize = problemDetails.Value.CustomizeProblemDetails;
        // The framework's own would write the same as we do, but slower, and with its own idea of the trace id.
        _writers = [.. writers.Where(writer => writer.GetType().Assembly != typeof(ProblemDetailsOptions).Assembly && !IsMvc(writer))];
        _json = new(() => TypeInfo(json.Value.SerializerOptions));
        _logger = logger;
    }

    private bool IsCustomized => _customize is not null || _writers.Length > 0;

    public Task WriteAsync(HttpContext context, ErrorAnswer answer) => IsCustomized
        ? WriteCustomizedAsync(context, answer)
        : ProblemJson.WriteAsync(context.Response, answer);

    private static bool IsMvc(IProblemDetailsWriter writer) =>
        writer.GetType().Assembly.GetName().Name?.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal) == true;

    private async Task WriteCustomizedAsync(HttpContext context, ErrorAnswer answer)
    {
        byte[]? body = null;
        ProblemDetailsContext? problem = null;
        try
        {
            problem = NewContext(context, answer);
            _customize?.Invoke(problem);
            foreach (var writer in _writers)
            {
                if (!writer.CanWrite(problem))
                    continue;
                await writer.WriteAsync(problem).ConfigureAwait(false);
                return;
            }

            body = JsonSerializer.SerializeToUtf8Bytes(problem.ProblemDetails, _json.Value);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            GuardedLog.Write(() => CaptureLog.AnswerCustomizationFailed(
                _logger, LoggableException.Of(e), e.GetType().FullName, answer.Failure.ErrorId));
        }

        if (body is null)
        {
            await ProblemJson.WriteAsync(context.Response, answer).ConfigureAwait(false);
            return;
        }

        await TextBody.WriteAsync(context.Response, ProblemJson.ContentType, body).ConfigureAwait(false);
    }

    // The application's own comes first. In one that is trimmed it may know neither problem details nor the types that we put into them.
    private static JsonTypeInfo<ProblemDetails> TypeInfo(JsonSerializerOptions applications)
    {
        var json = new JsonSerializerOptions(applications) { TypeInfoResolver = JsonTypeInfoResolver.Combine(applications.TypeInfoResolver, ProblemDetailsJson.Default) };
        json.MakeReadOnly();
        return (JsonTypeInfo<ProblemDetails>)json.GetTypeInfo(typeof(ProblemDetails));
    }

    private static ProblemDetailsContext NewContext(HttpContext context, ErrorAnswer answer)
    {
        var details = new ProblemDetails
        {
            Type = ProblemJson.Type,
            Title = answer.Title,
            Status = answer.StatusCode,
            Detail = answer.Detail,
            Instance = answer.Failure.Path,
            Extensions = { ["traceId"] = answer.Failure.TraceId, ["errorId"] = answer.Failure.ErrorId, ["timestamp"] = answer.Timestamp },
        };
        if (answer.RetryAfter is { } seconds)
            details.Extensions["retryAfter"] = seconds;
        if (answer.Exception is { } exception)
            details.Extensions["exception"] = exception;

        return new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = details,
            Exception = context.Features.Get<IExceptionHandlerFeature>()?.Error,
        };
    }
}

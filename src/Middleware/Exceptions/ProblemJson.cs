using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// Writes RFC 9457 problem details: as one interpolated text where nothing in it needs escaping, which is the case in production, else
/// through a JSON writer from buffers that the thread keeps.
/// </summary>
internal static class ProblemJson
{
    public const string ContentType = "application/problem+json";

    // RFC 9457, section 4.2.1: the problem has no meaning beyond its HTTP status.
    public const string Type = "about:blank";

    // Longer paths take the JSON writer.
    private const int MaxCompact = 1_024;

    private static readonly JsonEncodedText TypeName = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText TitleName = JsonEncodedText.Encode("title");
    private static readonly JsonEncodedText StatusName = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText DetailName = JsonEncodedText.Encode("detail");
    private static readonly JsonEncodedText InstanceName = JsonEncodedText.Encode("instance");
    private static readonly JsonEncodedText TraceIdName = JsonEncodedText.Encode("traceId");
    private static readonly JsonEncodedText ErrorIdName = JsonEncodedText.Encode("errorId");
    private static readonly JsonEncodedText TimestampName = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText RetryAfterName = JsonEncodedText.Encode("retryAfter");
    private static readonly JsonEncodedText ExceptionName = JsonEncodedText.Encode("exception");

    [ThreadStatic]
    private static Buffers? t_buffers;

    public static Task WriteAsync(HttpResponse response, in ErrorAnswer answer)
    {
        response.ContentType = ContentType;
        var body = response.BodyWriter;
        Copy(answer, response, body);
        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
            return Task.CompletedTask;

        var flushed = body.FlushAsync();
        return flushed.IsCompletedSuccessfully ? Task.CompletedTask : flushed.AsTask();
    }

    private static void Copy(in ErrorAnswer answer, HttpResponse response, PipeWriter body)
    {
        Span<byte> compact = stackalloc byte[MaxCompact];
        if (TryWriteCompact(answer, compact, out var length))
        {
            Copy(compact[..length], response, body);
            return;
        }

        var buffers = t_buffers ??= new Buffers();
        buffers.Bytes.ResetWrittenCount();
        buffers.Json.Reset();
        Write(buffers.Json, answer);
        Copy(buffers.Bytes.WrittenSpan, response, body);
        if (buffers.Bytes.Capacity > Buffers.MaxKept)
            t_buffers = null;
    }

    private static void Copy(ReadOnlySpan<byte> json, HttpResponse response, PipeWriter body)
    {
        response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            body.WriteWhole(json);
    }

    // The path is escaped as in a URI, the title is a reason phrase and the rest are numbers: JSON has nothing more to escape.
    private static bool TryWriteCompact(in ErrorAnswer answer, Span<byte> json, out int length)
    {
        length = 0;
        if (answer.HasDetails)
            return false;

        var failure = answer.Failure;
        return answer.RetryAfter is { } seconds
            ? Utf8.TryWrite(
                json, CultureInfo.InvariantCulture,
                $"{{\"type\":\"{Type}\",\"title\":\"{answer.Title}\",\"status\":{answer.StatusCode},\"instance\":\"{failure.Path}\",\"traceId\":\"{
                    failure.TraceIdText}\",\"errorId\":\"{failure.ErrorGuid:N}\",\"timestamp\":\"{answer.Timestamp:O}\",\"retryAfter\":{seconds}}}", out length)
            : Utf8.TryWrite(
                json, CultureInfo.InvariantCulture,
                $"{{\"type\":\"{Type}\",\"title\":\"{answer.Title}\",\"status\":{answer.StatusCode},\"instance\":\"{failure.Path}\",\"traceId\":\"{
                    failure.TraceIdText}\",\"errorId\":\"{failure.ErrorGuid:N}\",\"timestamp\":\"{answer.Timestamp:O}\"}}", out length);
    }

    private static void Write(Utf8JsonWriter json, in ErrorAnswer answer)
    {
        Span<byte> errorId = stackalloc byte[32];
        json.WriteStartObject();
        json.WriteString(TypeName, Type);
        json.WriteString(TitleName, answer.Title);
        json.WriteNumber(StatusName, answer.StatusCode);
        if (answer.Detail is { } detail)
            json.WriteString(DetailName, detail);
        json.WriteString(InstanceName, answer.Failure.Path);
        json.WriteString(TraceIdName, answer.Failure.TraceIdText);
        answer.Failure.ErrorGuid.TryFormat(errorId, out _, "N");
        json.WriteString(ErrorIdName, errorId);
        json.WriteString(TimestampName, answer.Timestamp);
        if (answer.RetryAfter is { } seconds)
            json.WriteNumber(RetryAfterName, seconds);
        if (answer.Exception is { } exception)
            json.WriteString(ExceptionName, exception);
        json.WriteEndObject();
        json.Flush();
    }

    private sealed class Buffers
    {
        public const int MaxKept = 16_384;

        public Buffers() => Json = new Utf8JsonWriter(Bytes);

        public ArrayBufferWriter<byte> Bytes { get; } = new(512);

        public Utf8JsonWriter Json { get; }
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Writes RFC 9457 problem details from buffers that the thread keeps.</summary>
internal static class ProblemJson
{
    public const string ContentType = "application/problem+json";

    // RFC 9457, section 4.2.1: the problem has no meaning beyond its HTTP status.
    public const string Type = "about:blank";

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
        var buffers = t_buffers ??= new Buffers();
        buffers.Bytes.ResetWrittenCount();
        buffers.Json.Reset();
        Write(buffers.Json, answer);
        response.ContentLength = buffers.Bytes.WrittenCount;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            body.Write(buffers.Bytes.WrittenSpan);
        if (buffers.Bytes.Capacity > Buffers.MaxKept)
            t_buffers = null;
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

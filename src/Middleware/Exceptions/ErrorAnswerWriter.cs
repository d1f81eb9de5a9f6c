using CrashShield.Middleware.Grpc;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Writes an answer in the format that the client reads.</summary>
internal sealed class ErrorAnswerWriter(ProblemDetailsWriter problemDetails)
{
    public Task WriteAsync(HttpContext context, ErrorAnswer answer) => ErrorFormatNegotiation.For(context.Request) switch
    {
        ErrorFormat.Grpc => GrpcStatusWriter.WriteAsync(context, answer),
        ErrorFormat.Html => TextBody.WriteAsync(context.Response, "text/html; charset=utf-8", ErrorPage.Html(answer)),
        ErrorFormat.Text => TextBody.WriteAsync(context.Response, "text/plain; charset=utf-8", ErrorPage.Text(answer)),
        _ => problemDetails.WriteAsync(context, answer),
    };
}

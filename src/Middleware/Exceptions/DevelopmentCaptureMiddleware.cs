using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// In Development the framework's developer page stands between the application and the outermost stage. This stage is inside
/// it and answers everybody but browsers, which get the developer page.
/// </summary>
internal sealed class DevelopmentCaptureMiddleware(RequestDelegate next, RequestFailureHandler handler)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var body = context.Features.Get<IHttpResponseBodyFeature>();
        Exception failure;
        try
        {
            await next(context).ConfigureAwait(false);
            return;
        }
        catch (Exception e) when (context.Response.HasStarted || ErrorFormatNegotiation.For(context.Request) != ErrorFormat.Html)
        {
            failure = e;
        }

        await handler.FailedAsync(context, failure, body).ConfigureAwait(false);
    }
}

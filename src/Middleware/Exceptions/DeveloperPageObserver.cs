using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Tells the outermost stage what the developer page has shown; the page itself leaves no trace on the request.</summary>
internal sealed class DeveloperPageObserver : IDeveloperPageExceptionFilter
{
    public Task HandleExceptionAsync(ErrorContext errorContext, Func<ErrorContext, Task> next)
    {
        var context = errorContext.HttpContext;
        context.Features.Set<IExceptionHandlerFeature>(new ExceptionHandlerFeature
        {
            Error = errorContext.Exception,
            Path = context.Request.Path.Value ?? "",
            Endpoint = context.GetEndpoint(),
        });
        return next(errorContext);
    }
}

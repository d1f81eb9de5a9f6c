using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CrashShield.Middleware.Exceptions;

/// <summary>One object for our feature and for those that existing exception handlers read.</summary>
internal sealed class RequestFailureFeature(CapturedFailure failure, HttpContext context) : ICapturedFailureFeature, IExceptionHandlerPathFeature
{
    public CapturedFailure Failure { get; } = failure;

    /// <summary>Whether no whole answer could be given, and the exception is on its way to the server.</summary>
    public bool IsPassedOn { get; set; }

    public Exception Error => Failure.Exception;

    public string Path { get; } = context.Features.Get<IHttpRequestFeature>()?.Path ?? "";

    public Endpoint? Endpoint { get; } = context.GetEndpoint();

    public RouteValueDictionary? RouteValues => context.Features.Get<IRouteValuesFeature>()?.RouteValues;

    /// <summary>Makes the failure known on the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="forHandlers">Whether code of the application takes part in the answer, which may read the framework's features.</param>
    public void AddTo(HttpContext context, bool forHandlers)
    {
        context.Features[typeof(ICapturedFailureFeature)] = this;
        if (!forHandlers)
            return;

        context.Features.Set<IExceptionHandlerFeature>(this);
        context.Features.Set<IExceptionHandlerPathFeature>(this);
    }
}

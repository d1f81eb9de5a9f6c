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

    /// <summary>Whether the answer was completed while the application was still writing its own.</summary>
    public bool IsCompleted { get; set; }

    public Exception Error => Failure.Exception;

    public string Path { get; } = context.Features.Get<IHttpRequestFeature>()?.Path ?? "";

    public Endpoint? Endpoint { get; } = context.GetEndpoint();

    public RouteValueDictionary? RouteValues => context.Features.Get<IRouteValuesFeature>()?.RouteValues;

    /// <summary>Makes the failure known on the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="forOthers">Whether the failure is answered here, and with the framework's features, as by its own handler: handlers read them, and so does what watches from further out (agents, log middleware).</param>
    public void AddTo(HttpContext context, bool forOthers)
    {
        context.Features[typeof(ICapturedFailureFeature)] = this;
        if (!forOthers)
            return;

        context.Features.Set<IExceptionHandlerFeature>(this);
        context.Features.Set<IExceptionHandlerPathFeature>(this);
    }
}

using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// Refuses what cannot be served in time. Stands where <c>UseCrashShield()</c> was called, behind routing, as it needs the endpoint's priority; the outermost stage, which sees
/// every end of a request anyway, counts it out.
/// </summary>
internal sealed class AdmissionMiddleware(RequestDelegate next, AdmissionController controller, Refusal refusal)
{
    public Task InvokeAsync(HttpContext context)
    {
        // Behind another pipeline's end, or a response that somebody put in front, nobody would count it out.
        if (context.Features[typeof(IHttpResponseFeature)] is not ResponseCallbackGuard { IsAdmitted: false } guard)
            return next(context);
        if (controller.TryEnter(context) is { } reason)
            return refusal.WriteAsync(context, reason);

        guard.Admit(controller);
        return next(context);
    }
}

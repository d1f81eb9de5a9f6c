using CrashShield.Hosting.Telemetry;
using CrashShield.Middleware.Endpoints;
using CrashShield.Middleware.Handoff;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Trace;

namespace CrashShield.Middleware.Telemetry;

/// <summary>Traces requests where the application does not, and keeps those that nobody has sent, or that we alone answer, out of its spans where it does.</summary>
internal sealed class RequestTracing(ManagementRoutes routes) : ITracingPart, IPostConfigureOptions<AspNetCoreTraceInstrumentationOptions>
{
    public void AddTo(TracerProviderBuilder tracing) => tracing.AddAspNetCoreInstrumentation(instrumentation => instrumentation.Filter = IsTraced);

    public void PostConfigure(string? name, AspNetCoreTraceInstrumentationOptions options)
    {
        var applications = options.Filter;
        options.Filter = applications is null ? IsTraced : context => IsTraced(context) && applications(context);
    }

    private bool IsTraced(HttpContext context) => !WarmRequests.Contains(context) && routes.Find(context.Request.Path) is not { Owner: not PathOwner.Application };
}

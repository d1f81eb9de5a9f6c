using System.Collections.Frozen;
using CrashShield.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// Tells the application's own probes and scrapes from its other requests, whoever serves them: to refuse one has the orchestrator end a process that is only busy. A configured path always passes. Anybody
/// may call an endpoint, and anybody may claim to be a prober, so a bounded number a second passes of each. The bounds are apart: who claims to be a prober leaves that of the endpoints alone.
/// </summary>
internal sealed class OwnProbes(IOptions<CrashShieldOptions> options, TimeProvider time)
{
    private const int MostKnown = 100;
    private const int MostClaimed = 30;
    private const int MostLearned = 32;

    // To look at each response would cost more than all else that a request pays: at the first ones, and then at some, as who probes asks again and again.
    private const uint First = 256;
    private const uint Every = 16;

    // As the packages that map them name them.
    private static readonly FrozenSet<string> EndpointNames = FrozenSet.Create(StringComparer.Ordinal, "Health checks", "Prometheus metrics");

    private static readonly FrozenSet<string> UsualNames = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "health", "healthz", "healthcheck", "health-check", "healthchecks", "hc", "livez", "live", "liveness", "alive", "ready", "readyz", "readiness", "startup", "startupz", "ping", "heartbeat", "metrics");

    private static readonly string[] Probers =
        ["kube-probe/", "Prometheus/", "ELB-HealthChecker/", "GoogleHC/", "GoogleStackdriverMonitoring", "Consul Health Check", "HealthCheck/", "Envoy/HC", "Edge Health Probe", "VictoriaMetrics", "OpenTelemetry Collector", "Datadog Agent", "check_http/"];

    private readonly FrozenSet<string> _configured = options.Value.Admission.ProbePaths.Select(path => path.TrimEnd('/')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private readonly PerSecond _known = new(time);
    private readonly PerSecond _claimed = new(time);
    private uint _ended;
    private FrozenSet<string> _learned = FrozenSet<string>.Empty;

    /// <summary>Whether the request is to pass as a probe.</summary>
    /// <param name="request">The request.</param>
    /// <param name="endpoint">Its endpoint, if it has one.</param>
    public bool Include(HttpRequest request, Endpoint? endpoint)
    {
        var path = request.Path.Value.AsSpan().TrimEnd('/');
        if (IsIn(_configured, path))
            return true;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return false;

        return (IsKnown(path, endpoint) && _known.TryPass(MostKnown)) || (IsClaimed(path, request) && _claimed.TryPass(MostClaimed));
    }

    /// <summary>Whether it is to be learned from the request that has ended. Not counted exactly.</summary>
    public bool IsDue() => ++_ended is <= First || _ended % Every == 0;

    /// <summary>Looks at an answer of a middleware: that of a health check, or of an exporter, is told by its headers.</summary>
    /// <param name="context">A request that has been answered.</param>
    public void Learn(HttpContext context)
    {
        var headers = context.Response.Headers;
        var known = Volatile.Read(ref _learned);
        if ((IsExposition(headers.ContentType.ToString()) || IsHealth(headers)) && context.Request.Path.Value?.TrimEnd('/') is { } path && known.Count < MostLearned && !known.Contains(path))
            Volatile.Write(ref _learned, known.Append(path).ToFrozenSet(StringComparer.OrdinalIgnoreCase));
    }

    private bool IsKnown(ReadOnlySpan<char> path, Endpoint? endpoint) => (endpoint?.DisplayName is { } name && EndpointNames.Contains(name)) || IsIn(Volatile.Read(ref _learned), path);

    private static bool IsClaimed(ReadOnlySpan<char> path, HttpRequest request)
    {
        if (IsIn(UsualNames, path[(path.LastIndexOf('/') + 1)..]))
            return true;

        var agent = request.Headers.UserAgent.ToString();
        foreach (var prober in Probers)
        {
            if (agent.StartsWith(prober, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static bool IsIn(FrozenSet<string> paths, ReadOnlySpan<char> path) => paths.GetAlternateLookup<ReadOnlySpan<char>>().Contains(path);

    private static bool IsExposition(string contentType) =>
        contentType.StartsWith("text/plain; version=0.0.4", StringComparison.OrdinalIgnoreCase) || contentType.StartsWith("application/openmetrics-text", StringComparison.OrdinalIgnoreCase);

    // What the framework's health check middleware sets.
    private static bool IsHealth(IHeaderDictionary headers) =>
        headers.Pragma == "no-cache" && headers.CacheControl == "no-store, no-cache" && headers.Expires == "Thu, 01 Jan 1970 00:00:00 GMT";
}

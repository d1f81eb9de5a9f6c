using System.Collections.Frozen;
using CrashShield.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// Tells the application's own probes and scrapes from its other requests, whoever serves them: to refuse one has the orchestrator end a process that is only busy. What looks like one may be anybody's,
/// so no more than a bounded number a second passes for one.
/// </summary>
internal sealed class OwnProbes(IOptions<CrashShieldOptions> options, TimeProvider time)
{
    private const int PerSecond = 30;
    private const int MostLearned = 32;

    // As the packages that map them name them.
    private static readonly FrozenSet<string> EndpointNames = FrozenSet.Create(StringComparer.Ordinal, "Health checks", "Prometheus metrics");

    private static readonly FrozenSet<string> UsualNames = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "health", "healthz", "healthcheck", "health-check", "healthchecks", "hc", "livez", "live", "liveness", "alive", "ready", "readyz", "readiness", "startup", "startupz", "ping", "heartbeat", "metrics");

    private static readonly string[] Probers =
        ["kube-probe/", "Prometheus/", "ELB-HealthChecker/", "GoogleHC/", "GoogleStackdriverMonitoring", "Consul Health Check", "HealthCheck/", "Envoy/HC", "Edge Health Probe", "VictoriaMetrics", "OpenTelemetry Collector", "Datadog Agent", "check_http/"];

    private readonly HashSet<string> _configured = new(options.Value.Admission.ProbePaths, StringComparer.OrdinalIgnoreCase);
    private FrozenSet<string> _learned = FrozenSet<string>.Empty;
    private long _second;
    private int _passed;

    /// <summary>Whether the request is to pass as a probe.</summary>
    /// <param name="request">The request.</param>
    /// <param name="endpoint">Its endpoint, if it has one.</param>
    public bool Include(HttpRequest request, Endpoint? endpoint) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && IsOne(request, endpoint) && IsWithinBound();

    /// <summary>Looks at an answer of a middleware: that of a health check, or of an exporter, is told by its headers.</summary>
    /// <param name="context">A request that has been answered.</param>
    public void Learn(HttpContext context)
    {
        var headers = context.Response.Headers;
        var known = Volatile.Read(ref _learned);
        if ((IsExposition(headers.ContentType.ToString()) || IsHealth(headers)) && context.Request.Path.Value is { } path && known.Count < MostLearned && !known.Contains(path))
            Volatile.Write(ref _learned, known.Append(path).ToFrozenSet(StringComparer.OrdinalIgnoreCase));
    }

    private bool IsOne(HttpRequest request, Endpoint? endpoint)
    {
        if (endpoint?.DisplayName is { } name && EndpointNames.Contains(name))
            return true;

        var path = request.Path.Value ?? "";
        if (_configured.Contains(path) || Volatile.Read(ref _learned).Contains(path))
            return true;

        var agent = request.Headers.UserAgent.ToString();
        return UsualNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(LastSegment(path)) || Array.Exists(Probers, prober => agent.StartsWith(prober, StringComparison.OrdinalIgnoreCase));
    }

    private bool IsWithinBound()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        // Two that find a new second at once count a few less.
        if (Interlocked.Exchange(ref _second, second) != second)
            Volatile.Write(ref _passed, 0);
        return Interlocked.Increment(ref _passed) <= PerSecond;
    }

    private static ReadOnlySpan<char> LastSegment(ReadOnlySpan<char> path)
    {
        path = path.TrimEnd('/');
        return path[(path.LastIndexOf('/') + 1)..];
    }

    private static bool IsExposition(string contentType) =>
        contentType.StartsWith("text/plain; version=0.0.4", StringComparison.OrdinalIgnoreCase) || contentType.StartsWith("application/openmetrics-text", StringComparison.OrdinalIgnoreCase);

    // What the framework's health check middleware sets.
    private static bool IsHealth(IHeaderDictionary headers) =>
        headers.Pragma == "no-cache" && headers.CacheControl == "no-store, no-cache" && headers.Expires == "Thu, 01 Jan 1970 00:00:00 GMT";
}

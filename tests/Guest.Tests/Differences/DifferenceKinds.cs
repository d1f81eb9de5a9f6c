using CrashShield.Guest.Tests.Runs;
using CrashShield.GuestApps.Seen;

namespace CrashShield.Guest.Tests.Differences;

/// <summary>The intended differences, the most exact first.</summary>
internal static class DifferenceKinds
{
    private static readonly string[] Paths = ["/healthz", "/healthz/live", "/livez", "/healthz/ready", "/readyz", "/healthz/startup", "/metrics"];
    private const string NobodysPath = "/crashshield-nobody-has-this-path";
    // It answers any path that nothing else does, with its one page.
    private const string Fallback = "static-fallback";

    private static readonly string[] BodyFacets = ["body", "header:content-type", "header:content-length", "header:transfer-encoding"];
    private static readonly string[] CacheFacets = ["header:cache-control", "header:expires", "header:pragma"];
    private static readonly string[] GrpcFacets =
    [
        "status", "reason", "body", "end", "header:grpc-status", "header:grpc-message", "trailer:grpc-status", "trailer:grpc-message",
        "header:errorid", "header:traceid", "trailer:errorid", "trailer:traceid",
    ];
    private static readonly string[] UnsentFacets = [.. BodyFacets, "end"];
    private static readonly string[] StatusFacets = ["status", "reason", "Log", "Middleware", "Note", "Metric", "Span"];

    public static IReadOnlyList<DifferenceKind> All { get; } =
    [
        new("threads", difference => difference.Facet == "switch:threads"),
        new("pool-minimum", difference => difference.Facet == "switch:pool-minimum") { DependsOnLoad = true },
        new("failed-service", difference => difference is { Facet: "exit-code", None: "0", Shield: "70" } && difference.Scenes.Shield.Lines.Any(line => line.Text.Contains("BackgroundServiceStoppingHost", StringComparison.Ordinal))),
        new("console-lifetime", difference => difference.Facet == "option:lifetime"),
        new("services", difference => difference.Facet is "option:time-provider" or "option:health-check-service"),
        new("problem-details-service", difference => difference.Facet == "option:problem-details" && difference.Shield == difference.None),
        new("own-span", difference => difference.Facet == nameof(SeenKind.Span) && difference.IsAdded && difference.Has("Experimental.System.Net.Sockets")) { DependsOnLoad = true },
        new("health-checks", difference => difference.Facet == nameof(SeenKind.Note) && difference.Has("licence check")) { DependsOnLoad = true },
        new("path-question", IsPathQuestion),
        new("endpoints", difference => difference.Facet == "option:endpoints" || IsEndpoint(difference)),
        new("prometheus-registry", difference => difference is { App: "prometheus-endpoint", Path: "/metrics", Facet: "body" }),
        new("log-shield", difference => difference.IsLog && difference.IsAdded && IsOurs(difference.Shield!) && !difference.Has("FailureReporter[")),
        new("log-request-failed", difference => difference.IsLog && difference.IsAdded && IsFailureEntry(difference)),
        new("log-framework", difference => IsFrameworksEntry(difference) || (difference.Facet == nameof(SeenKind.Server) && difference.Shield is null)),
        new("developer-page", difference => !difference.IsProduction && difference.None == difference.Shield),
        new("grpc-log", IsGrpcEntry),
        new("grpc-metric", difference => difference.Facet == nameof(SeenKind.Metric) && IsGrpc(difference)),
        new("grpc-status", difference => GrpcFacets.Contains(difference.Facet) && IsGrpc(difference)),
        new("unsent-bytes", difference => UnsentFacets.Contains(difference.Facet) && IsUnsent(difference.Scenes.Shield)),
        new("before-the-place", difference => difference.Facet is nameof(SeenKind.Metric) or nameof(SeenKind.Diagnostic) or "header:x-outside" && IsBeforeThePlace(difference.Scenes)),
        new("exceptions-metric", IsOfOurWriter),
        new("status-pages", difference => difference.Facet == nameof(SeenKind.Note) && difference.Shield is null && difference.Has("status page for 500") && difference.IsOfAnAnswer),
        new("connection-kept", difference => difference is { Facet: "connection", Shield: "kept" }),
        new("traceresponse", difference => difference.Facet == "header:traceresponse"),
        new("failure-cache", difference => CacheFacets.Contains(difference.Facet) && difference.Handler is "-1" or "no-cache" or "no-cache,no-store" && IsFailed(difference)),
        new("failure-body", difference => (difference.IsOfAnAnswer && BodyFacets.Contains(difference.Facet)) || difference.Has("\"errorId\"") || (difference.Has("Request finished") && IsFailed(difference))),
        new("bad-request-status", difference => StatusFacets.Contains(difference.Facet) && IsBadRequest(difference)),
        new("span-failure", difference => difference.Facet == nameof(SeenKind.Span) && HasFailureSpan(difference)),
    ];

    // Below a path base too.
    private static bool IsEndpoint(Difference difference) =>
        Array.Exists(Paths, path => difference.Path.EndsWith(path, StringComparison.Ordinal)) && difference.Scenes.IsAsWithout &&
        (difference.Scenes.None.Status != difference.Scenes.Shield.Status || difference.App == Fallback);

    // The request for nobody's path itself, and what it leaves in a count that is kept.
    private static bool IsPathQuestion(Difference difference) =>
        (difference.IsLog && difference.IsAdded && difference.Scenes.Shield.Lines.Any(line => line.Text.Contains(NobodysPath, StringComparison.Ordinal))) ||
        (difference is { App: "prometheus-middleware", Path: "/counts", Facet: "body" } && difference.Has("code=\"404\""));

    // Its failure is logged as one that no answer was put in the place of, and yet the client has a whole answer.
    private static bool IsUnsent(Scene scene) => !scene.IsCut && scene.Lines.Any(line =>
        line.Kind == SeenKind.Log && line.Text.Contains("FailureReporter[1000 RequestFailed]", StringComparison.Ordinal) && line.Text.Contains(", skipped.", StringComparison.Ordinal));

    // The handler has not seen it, and the server has.
    private static bool IsBeforeThePlace(Trio scenes) =>
        Trio.HasFailed(scenes.Shield) && !Trio.HasFailed(scenes.Handler) && scenes.Handler.Lines.Any(line => line.Kind == SeenKind.Server);

    // The framework's counter names who has answered where that is a service of the application's.
    private static bool IsOfOurWriter(Difference difference) =>
        difference.Facet == nameof(SeenKind.Metric) && difference.Has("aspnetcore.diagnostics.exceptions 1 [aspnetcore.diagnostics.exception.result=handled") && (difference.Shield is null
            ? difference.Has("handler.type=Microsoft.AspNetCore.Http.ProblemDetailsService")
            : !difference.Shield.Contains("handler.type", StringComparison.Ordinal));

    private static bool IsOurs(string entry) => entry.Contains(" CrashShield.", StringComparison.Ordinal) && !entry.Contains(" CrashShield.GuestApps.", StringComparison.Ordinal);

    // Of a failure that nobody else logs, the scopes and the culture are new as well.
    private static bool IsFailureEntry(Difference difference) =>
        difference.Has("FailureReporter[") || (difference.Has("the failure") && !Trio.HasFailed(difference.Scenes.Handler));

    private static bool IsFrameworksEntry(Difference difference) => difference.IsLog &&
        (difference.Has("Microsoft.AspNetCore.Diagnostics.") || difference.Has("Microsoft.AspNetCore.Server.Kestrel[13 ApplicationError]"));

    private static bool IsFailed(Difference difference) => Trio.HasFailed(difference.Scenes.Shield) || Trio.HasFailed(difference.Scenes.Handler);

    // Of the same call, in the place of each other: the failure goes on as an answer.
    private static bool IsGrpcEntry(Difference difference) => difference.IsLog && HasFailedCall(difference.Scenes.Shield) &&
        (difference.Shield is null ? difference.Has(" ErrorExecutingServiceMethod]") : difference.IsAdded && difference.Has(" RpcConnectionError]"));

    private static bool HasFailedCall(Scene scene) => Trio.HasFailed(scene) && scene.Lines.Any(line => line.Kind == SeenKind.Log && line.Text.Contains("Grpc.", StringComparison.Ordinal));

    private static bool IsGrpc(Difference difference) =>
        difference.Scenes.Shield.Values.Keys.Any(key => key.EndsWith(":grpc-status", StringComparison.Ordinal)) && IsFailed(difference);

    // The server's own answer to one that nobody handles is its status; the handler makes a 500 of it.
    private static bool IsBadRequest(Difference difference) =>
        difference.Scenes.None.Status == difference.Scenes.Shield.Status && difference.Scenes.Handler.Status != difference.Scenes.Shield.Status &&
        difference.Scenes.Shield.Lines.Any(line => line.Text.Contains("BadHttpRequestException", StringComparison.Ordinal));

    private static bool HasFailureSpan(Difference difference) =>
        difference.Scenes.Shield.Lines.Any(line => line.Kind == SeenKind.Span && line.Text.Contains("crashshield.error_id", StringComparison.Ordinal));
}

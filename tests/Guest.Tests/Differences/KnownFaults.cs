using CrashShield.GuestApps.Seen;

namespace CrashShield.Guest.Tests.Differences;

/// <summary>What is known to be wrong. This list is to become empty, and nothing of it may move to the table of what is intended.</summary>
internal static class KnownFaults
{
    // Applications with middleware before the place.
    private static readonly string[] Outer =
    [
        "access-log", "compression", "correlation-scope", "http-logging", "localization", "mvc-reexecute", "path-base", "place", "razor-status-pages", "serilog",
        "startup-class", "startup-filters", "status-pages-reexecute", "yarp-error-page",
    ];

    private static readonly string[] OwnStatuses = ["200", "403", "503"];

    public static IReadOnlyList<KnownFault> All { get; } =
    [
        new("binding", "In Production a failed binding throws: endpoint filters do not see it, and middleware sees an exception.", IsBinding),
        new("own-paths", "What middleware or a proxy of the application answers on /healthz, /readyz, /livez or /metrics is taken over.", IsOwnPath),
        new("health-checks-run", "The application's health checks are run, and logged, though nobody asks for them.", difference =>
            difference.Has("licence check") || (difference.Facet == nameof(SeenKind.Log) && difference.IsAdded && difference.Has("DefaultHealthCheckService["))),
        new("otlp-twice", "An application that exports by OTLP to where the standard variable says exports everything twice.", difference => difference.Has("collector: ")),
        new("handled-event", "The diagnostic event HandledException is not written, so that agents do not see the exception.", difference =>
            difference.Facet == nameof(SeenKind.Diagnostic) && difference.Shield is null && difference.Has("Microsoft.AspNetCore.Diagnostics.HandledException")),
        new("begun-swallowed", "A failure after the response has begun does not come up: middleware before the place and the host's diagnostic event do not see it.", IsSwallowed),
        new("exceptions-metric", "aspnetcore.diagnostics.exceptions is not measured.", difference =>
            difference.Facet == nameof(SeenKind.Metric) && difference.Shield is null && difference.Has("aspnetcore.diagnostics.exceptions")),
        new("handled-quietly", "A failure that an IExceptionHandler has handled is logged, and tagged in the request's metric.", IsHandledQuietly),
        new("abrupt-cut", "Of a response that has begun, what was flushed is lost with the connection, its status too; a whole one costs its connection.", IsAbruptCut),
        new("aborted-status", "A failure after the client has gone is measured with 500 in place of 499.", difference =>
            difference.IsProduction && difference.App == "given-up" && difference.Facet == nameof(SeenKind.Metric)),
        new("own-spans", "CrashShield's connection to the runtime's diagnostic socket is a span for who listens to every source.", difference =>
            difference.Facet == nameof(SeenKind.Span) && difference.IsAdded && difference.Has("Experimental.System.Net.Sockets")) { DependsOnLoad = true },
        new("failure-scopes", "In Production a failure is logged without the scopes and the culture that it was thrown in.", difference =>
            difference.IsProduction && difference.Facet is "LogScopes" or "LogCulture" && difference.Has("the failure") && Trio.HasFailed(difference.Scenes.Handler)),
        new("place", "In Production the place of UseCrashShield() is ignored: middleware before it sees exceptions, and does not see responses.", IsPlace),
    ];

    private static bool IsBinding(Difference difference) =>
        difference.Facet == "option:throw-on-bad-request" ||
        (difference.IsProduction && difference.Scenes.IsAsWithout && !Trio.HasFailed(difference.Scenes.Handler) && difference.Scenes.Shield.Lines.Any(line =>
            line.Kind == SeenKind.Log && Trio.IsFailureEntry(line.Text) && line.Text.Contains("BadHttpRequestException", StringComparison.Ordinal)));

    // A fallback to a page, and prometheus-net's own registry, are not taken over: docs/guest.md says what differs there.
    private static bool IsOwnPath(Difference difference) => difference.App is not ("static-fallback" or "prometheus-endpoint") &&
        difference.Path is "/healthz" or "/readyz" or "/livez" or "/metrics" && difference.Scenes.IsAsWithout && OwnStatuses.Contains(difference.Scenes.None.Status);

    private static bool IsSwallowed(Difference difference) => difference.Scenes.None.IsCut && (
        (difference.Facet == nameof(SeenKind.Middleware) && difference.None == difference.Handler) ||
        (difference.Facet == nameof(SeenKind.Diagnostic) && (difference.Has("Hosting.UnhandledException") || difference.Has("Hosting.EndRequest"))));

    private static bool IsHandledQuietly(Difference difference) =>
        Trio.HasFailed(difference.Scenes.Shield) && !Trio.HasFailed(difference.Scenes.Handler) &&
        difference.Scenes.Handler.Lines.All(line => line.Kind != SeenKind.Server) && difference.Scenes.Handler.Status == difference.Scenes.Shield.Status &&
        (difference.IsLog || difference.Facet is nameof(SeenKind.Metric) or nameof(SeenKind.Span));

    private static bool IsAbruptCut(Difference difference) => difference.Facet == "connection" ||
        (difference.Scenes.None.IsCut && difference.Scenes.Shield.IsCut && string.IsNullOrEmpty(difference.Shield) && char.IsLower(difference.Facet[0]));

    private static bool IsPlace(Difference difference) => difference.IsProduction && Outer.Contains(difference.App) && !difference.Has("FailureReporter[") &&
        (difference.Facet is nameof(SeenKind.Middleware) or nameof(SeenKind.Note) || difference.Facet.StartsWith("header:x-", StringComparison.Ordinal) ||
        (difference.App == "localization" && difference.Facet == "body") || (difference.Facet == nameof(SeenKind.Log) && (difference.Has(" Access[") || difference.Has(" Serilog."))));
}

using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Soak;

/// <summary>One way to fail, and what it must leave behind.</summary>
/// <param name="Path">The request, with its random parts chosen.</param>
/// <param name="Status">The status that it is answered with, or 0: the connection is cut.</param>
/// <param name="Series">What is counted.</param>
internal sealed record FailureKind(Func<Random, string> Path, int Status, Series Series)
{
    private const string InvalidOperation = "System.InvalidOperationException";

    public static readonly FailureKind Wait = new(
        _ => "/drill/wait?ms=600000", 0, new("System.Threading.Tasks.TaskCanceledException", "/drill/wait", Series.Aborted));

    public static IReadOnlyList<FailureKind> All { get; } =
    [
        Wait,
        Handled("/drill/throw", random => $"?frames={random.Next(1, 51)}", InvalidOperation),
        Handled("/drill/throw-async", random => $"?frames={random.Next(1, 51)}", InvalidOperation),
        Handled("/drill/throw-filter", _ => "", InvalidOperation),
        Handled("/drill/throw-middleware", _ => "", InvalidOperation),
        Handled("/drill/throw-on-starting", _ => "", InvalidOperation),
        Handled("/drill/timeout", _ => "", "System.TimeoutException", 504),
        Handled("/drill/unavailable", _ => "", "WebApi.Drills.DependencyDownException", 503),
        Handled("/drill/hostile", _ => "?kind=members", "WebApi.Drills.HostileException"),
        Handled("/drill/hostile", _ => "?kind=message", InvalidOperation),
        Handled("/drill/hostile", _ => "?kind=inner", InvalidOperation),
        Handled("/drill/hostile", _ => "?kind=aggregate", "System.AggregateException"),
        Handled("/drill/hostile", _ => "?kind=none", "Microsoft.AspNetCore.Http.BadHttpRequestException", 400),
        new(_ => "/drill/bind/abc", 400, new("Microsoft.AspNetCore.Http.BadHttpRequestException", "/drill/bind/{id}", Series.Handled)),
        new(_ => "/drill/throw-after-start", 0, new(InvalidOperation, "/drill/throw-after-start", Series.Skipped)),
        new(_ => "/drill/throw-on-completed", 200, new(InvalidOperation, "/drill/throw-on-completed", Series.Skipped)),
    ];

    /// <summary>Whether the log has an error for it, exactly one.</summary>
    public bool IsError => Series.Outcome != Series.Aborted && (Status >= 500 || Series.Outcome == Series.Skipped);

    /// <summary>Whether the server cuts its response, and logs that.</summary>
    public bool IsCut => Series.Outcome == Series.Skipped && Status == 0;

    /// <summary>Whether the client saw what it should.</summary>
    public bool IsExpected(Outcome outcome, int status) => Status == 0
        ? outcome is Outcome.Truncated or Outcome.Reset or Outcome.ReusedDied
        : outcome == Outcome.Ok && status == Status;

    private static FailureKind Handled(string route, Func<Random, string> query, string errorType, int status = 500) =>
        new(random => route + query(random), status, new(errorType, route, Series.Handled));
}

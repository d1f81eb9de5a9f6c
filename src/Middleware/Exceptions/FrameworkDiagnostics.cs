using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// Tells those who listen to ASP.NET Core's own exception handler (agents, dashboards, OpenTelemetry) what it would have told them: its diagnostic events and its instrument, by their documented names.
/// </summary>
internal sealed class FrameworkDiagnostics
{
    private const string HandledEvent = "Microsoft.AspNetCore.Diagnostics.HandledException";

    private readonly DiagnosticListener? _listener;
    private readonly Counter<long> _exceptions;
    private readonly IOptionsMonitor<AspNetCoreTraceInstrumentationOptions> _tracing;

    public FrameworkDiagnostics(IMeterFactory meters, IOptionsMonitor<AspNetCoreTraceInstrumentationOptions> tracing, IEnumerable<DiagnosticListener> listeners)
    {
        (_listener, _tracing) = (listeners.LastOrDefault(), tracing);
        _exceptions = meters.Create("Microsoft.AspNetCore.Diagnostics").CreateCounter<long>(
            "aspnetcore.diagnostics.exceptions", "{exception}", "Number of exceptions caught by exception handling middleware.");
    }

    /// <summary>A failure has been answered, as far as it could be.</summary>
    /// <param name="context">The request.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="ending">How it ended.</param>
    /// <param name="isQuiet">Whether only the counter is to know.</param>
    /// <param name="activity">The request's span.</param>
    public void Tell(HttpContext context, CapturedFailure failure, FailureEnding ending, bool isQuiet, Activity? activity)
    {
        Count(failure, ending.Outcome, ending.By);
        // What goes on to the server the host tells of, and OpenTelemetry hears the host.
        if (isQuiet || ending.IsPassedOn)
            return;

        try
        {
            Write(HandledEvent, new { httpContext = context, exception = failure.Exception });
            if (activity is { IsAllDataRequested: true })
                _tracing.CurrentValue.EnrichWithException?.Invoke(activity, failure.Exception);
        }
        catch (Exception)
        {
            // Who listens threw; the failure has been reported.
        }
    }

    /// <summary>Whether OpenTelemetry's instrumentation makes an event of the exception when the failure reaches the host.</summary>
    public bool IsRecordedElsewhere(FailureEnding ending) => ending.IsPassedOn && _tracing.CurrentValue.RecordException;

    /// <summary>A client has left before its answer.</summary>
    public void ClientGone(CapturedFailure failure) => Count(failure, FailureOutcome.Aborted, by: null);

    private void Count(CapturedFailure failure, string result, IExceptionHandler? by)
    {
        if (!_exceptions.Enabled)
            return;

        var tags = new TagList { { TagNames.ErrorType, failure.ErrorType }, { "aspnetcore.diagnostics.exception.result", result } };
        if (by is not null)
            tags.Add("aspnetcore.diagnostics.handler.type", by.GetType().FullName);
        _exceptions.Add(1, tags);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Both values are objects whose members their readers keep; the names are the payload's own.")]
    private void Write<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(string name, T payload)
    {
        if (_listener?.IsEnabled(name) == true)
            _listener.Write(name, payload);
    }
}

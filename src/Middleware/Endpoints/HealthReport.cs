using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.ThreadPools;

namespace CrashShield.Middleware.Endpoints;

/// <summary>What the health endpoints answer to those who ask for JSON.</summary>
internal sealed record HealthReport(
    string Status, CircuitLevel Level, string? Reason, DateTimeOffset Since, CircuitLevel? Held, ProcessorReport Processor, IEnumerable<SourceReport> Sources, IEnumerable<CircuitTransition> History, IEnumerable<CheckedHealth>? Checks)
{
    public HealthReport(
        HealthAnswer answer, CircuitLevel held, ProcessorReport processor, IEnumerable<SourceReport> sources, IEnumerable<CircuitTransition> history, IEnumerable<CheckedHealth>? checks)
        : this(answer.Word, answer.State.Level, answer.State.Reason, answer.State.Since, held == CircuitLevel.Closed ? null : held, processor, sources, history, checks)
    {
    }
}

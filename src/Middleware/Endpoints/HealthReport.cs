using System.Text.Json;
using System.Text.Json.Serialization;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.ThreadPools;

namespace CrashShield.Middleware.Endpoints;

/// <summary>What the health endpoints answer to those who ask for JSON.</summary>
internal sealed record HealthReport(
    string Status, CircuitLevel Level, string? Reason, DateTimeOffset Since, CircuitLevel? Held, ProcessorReport Processor, IEnumerable<SourceReport> Sources, IEnumerable<CircuitTransition> History, IEnumerable<CheckedHealth>? Checks)
{
    /// <summary>The application's own JSON settings are for its own data: probes read the same everywhere.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public HealthReport(
        HealthAnswer answer, CircuitLevel held, ProcessorReport processor, IEnumerable<SourceReport> sources, IEnumerable<CircuitTransition> history, IEnumerable<CheckedHealth>? checks)
        : this(answer.Word, answer.State.Level, answer.State.Reason, answer.State.Since, held == CircuitLevel.Closed ? null : held, processor, sources, history, checks)
    {
    }
}

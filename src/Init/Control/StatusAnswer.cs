using System.Text.Json;
using CrashShield.Init.Marker;
using CrashShield.Init.Options;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Control;

/// <summary>The answer to <c>status</c>, docs/init.md: each property is there in every answer, null where there is nothing to tell.</summary>
internal static class StatusAnswer
{
    /// <summary>Raised when a property goes or means something else; one that comes does not raise it.</summary>
    public const int Schema = 1;

    public static byte[] Of(Lead lead) => ControlAnswer.Line(json =>
    {
        json.WriteBoolean("ok", true);
        json.WriteNumber("schema", Schema);
        json.WriteString("version", HelpText.Number);
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteString("state", StateOf(lead));
        json.WriteNumber("generation", lead.Generation);
        json.WriteNumber("restarts", lead.Restarts);
        WriteWorker(json, "serving", lead.Serving, lead.Serving is { } serving ? StepOf(serving) : "", lead);
        WriteWorker(json, "new", lead.Swap?.New, lead.Swap is { } swap ? swap.Step.ToString() : "", lead);
        WriteWorker(json, "spare", lead.Spare, lead.Spare is { } spare ? StepOf(spare) : "", lead);
        json.WriteNumber("retiring", lead.Retiring.Count());
        json.WriteStartArray("retiringPids");
        foreach (var retiring in lead.Retiring)
            json.WriteNumberValue(retiring.ProcessId);
        json.WriteEndArray();
        json.WriteStartArray("listeners");
        foreach (var listener in lead.Listeners.All)
            json.WriteStringValue(listener.Bound.Text);
        json.WriteEndArray();
        if (lead.LastDeath is { } death)
            DeathJson.Write(json, "lastDeath", death);
        else
            json.WriteNull("lastDeath");
    });

    private static string StateOf(Lead lead) => lead switch
    {
        { IsStopping: true } => "stopping",
        { Swap: not null } => "handing over",
        { ColdRestart.IsRunning: true } => "restarting",
        { Serving: null } or { Serving.Startup: { IsPlain: false, Step: not StartupStep.Serving } } => "starting",
        _ => "serving",
    };

    // One that a hot restart has brought serves.
    private static string StepOf(Worker worker) => worker.Startup switch
    {
        null => nameof(StartupStep.Serving),
        { IsPlain: true } => "plain",
        { Step: var step } => step.ToString(),
    };

    private static void WriteWorker(Utf8JsonWriter json, string name, Worker? worker, string step, Lead lead)
    {
        if (worker is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("pid", worker.ProcessId);
        json.WriteNumber("generation", worker.Generation);
        json.WriteString("version", worker.Version);
        json.WriteString("build", worker.Build);
        json.WriteString("startedAt", worker.StartedAt);
        json.WriteString("step", step.ToLowerInvariant());
        json.WriteBoolean("proved", lead.HasProved(worker));
        json.WriteEndObject();
    }
}

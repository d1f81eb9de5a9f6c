using System.Text.Json;
using CrashShield.Init.Options;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Control;

/// <summary>The answer to <c>status</c>.</summary>
internal static class StatusAnswer
{
    public static byte[] Of(Lead lead) => ControlAnswer.Line(json =>
    {
        json.WriteBoolean("ok", true);
        json.WriteString("version", HelpText.Number);
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteString("state", StateOf(lead));
        json.WriteNumber("generation", lead.Generation);
        json.WriteNumber("restarts", lead.Restarts);
        if (lead.Serving is { } serving)
            WriteWorker(json, "serving", serving, StepOf(serving), lead);
        if (lead.Swap is { } swap)
        {
            WriteWorker(json, "new", swap.New, swap.Step.ToString(), lead);
        }

        if (lead.Spare is { } spare)
            WriteWorker(json, "spare", spare, StepOf(spare), lead);
        json.WriteNumber("retiring", lead.Retiring.Count());
        json.WriteStartArray("listeners");
        foreach (var listener in lead.Listeners.All)
            json.WriteStringValue(listener.Bound.Text);
        json.WriteEndArray();
        if (lead.LastDeath is { } death)
            json.WriteString("lastDeath", death.ToVariable());
    });

    private static string StateOf(Lead lead) => lead switch
    {
        { IsStopping: true } => "stopping",
        { Swap: not null } => "handing over",
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

    private static void WriteWorker(Utf8JsonWriter json, string name, Worker worker, string step, Lead lead)
    {
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

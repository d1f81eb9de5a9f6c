using CrashShield.Hosting.Circuit;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Tells probes how the process is: one word, or JSON for those who ask.</summary>
internal sealed class HealthEndpoints(HealthCircuit circuit, IHostApplicationLifetime lifetime)
{
    private bool _isMapped;

    private bool IsStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    /// <summary>Marks the endpoints as mapped. False when they were already.</summary>
    public bool TryMap() => !_isMapped && (_isMapped = true);

    /// <summary>Fails only when a restart is the one thing that helps.</summary>
    public Task LiveAsync(HttpContext context)
    {
        var state = circuit.State;
        return AnswerAsync(context, state.Level != CircuitLevel.Failed, state.Level.ToString(), state);
    }

    /// <summary>Fails while the instance should get no new work.</summary>
    public Task ReadyAsync(HttpContext context)
    {
        var state = circuit.State;
        var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
        var word = !IsStarted ? "Starting" : isStopping ? "Stopping" : state.Level.ToString();
        var isReady = IsStarted && !isStopping && circuit.IsReady;
        return AnswerAsync(context, isReady, word, state);
    }

    /// <summary>Fails until the host has started.</summary>
    public Task StartedAsync(HttpContext context) => AnswerAsync(context, IsStarted, IsStarted ? "Started" : "Starting", circuit.State);

    private Task AnswerAsync(HttpContext context, bool isWell, string word, CircuitState state)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        return context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)
            ? context.Response.WriteAsJsonAsync(new HealthReport(word, state, circuit.Held, circuit.Sources, circuit.History), HealthReport.Json, context.RequestAborted)
            : TextBody.WriteAsync(context.Response, "text/plain; charset=utf-8", word);
    }
}

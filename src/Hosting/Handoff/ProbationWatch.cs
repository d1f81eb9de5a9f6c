using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Handoff;

/// <summary>Looks after the health of a worker that has taken over, and tells the lead when it is bad: while the probation lasts, the worker before is taken back.</summary>
internal sealed class ProbationWatch(HealthCircuit circuit, HealthCheckRounds rounds, IOptions<CrashShieldOptions> options, ILogger<ProbationWatch> logger, TimeProvider time)
{
    // What the load does, and what the worker before shares: neither is the new build's.
    private static readonly string[] NotItsOwn = ["thread-pool", "container"];
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // The worker is not told when its probation is over: the lead passes over what comes after it.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly HealthCheckChoice _choice = options.Value.HealthChecks.Handover;
    private bool _hasBeenHealthy;

    /// <summary>Begins to look, on a thread of its own.</summary>
    public void Begin(LedWorker led) => new Thread(() => Run(led)) { IsBackground = true, Name = "shield probation" }.Start();

    /// <summary>Looks once.</summary>
    /// <returns>What is bad, or <see langword="null"/>.</returns>
    public string? WhyNotWell()
    {
        if (circuit.State is { Level: CircuitLevel.Failed } state)
            return $"its circuit is {state.Level}: {state.Reason}";

        // Each by itself: load, or a hold, may have opened the circuit before.
        foreach (var source in circuit.Sources)
        {
            if (source.Level >= CircuitLevel.Open && !NotItsOwn.Contains(source.Name))
                return $"{source.Name}: {source.Reason}";
        }

        return WhyNotHealthy();
    }

    // The circuit waits for some rounds in a row, which is longer than most probations. What is left of a round before it was ready does not count.
    private string? WhyNotHealthy()
    {
        var unhealthy = rounds.Of(_choice, HealthStatus.Unhealthy);
        _hasBeenHealthy |= rounds.IsKnown && unhealthy.Length == 0;
        return unhealthy.Length > 0 && _hasBeenHealthy ? $"not healthy: {string.Join<CheckedHealth>(", ", unhealthy)}" : null;
    }

    private void Run(LedWorker led)
    {
        try
        {
            var start = time.GetTimestamp();
            using var never = new ManualResetEventSlim();
            for (; !led.IsOver && time.GetElapsedTime(start) < Longest; never.Wait(LookEvery))
            {
                if (WhyNotWell() is not { } why)
                    continue;
                GuardedLog.Write(() => HandoffLog.UnwellAfterTakeover(logger, why));
                led.Failed(why);
                return;
            }
        }
        catch (Exception e)
        {
            // Nobody above this thread would catch it. Without a watch it serves on.
            GuardedLog.Write(() => HandoffLog.ChannelFailed(logger, LoggableException.Of(e), e.GetType().FullName));
        }
    }
}

using CrashShield.Hosting.Circuit;
using Polly;
using Polly.CircuitBreaker;

namespace CrashShield.Hosting.Outbound;

/// <summary>
/// Refuses a call while the health circuit is not closed. Not Polly's breaker, held open by hand: that would refuse what decides on recovery too, and report each hold as an error.
/// </summary>
internal sealed class FailFastStrategy(FailFastControl control) : ResilienceStrategy
{
    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state) => control.IsRefusing && !RecoveryCalls.IsOne
            ? new(Outcome.FromException<TResult>(new IsolatedCircuitException("The call was refused: it is not core, and the process is degraded.")))
            : callback(context, state);

    /// <summary>How Polly names it in its telemetry.</summary>
    internal sealed class Options : ResilienceStrategyOptions
    {
        public Options() => Name = "crashshield-fail-fast";
    }
}

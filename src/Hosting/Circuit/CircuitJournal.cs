using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Tells the log of the circuit, outside of its lock. A method for each: whoever captures a variable in a lambda allocates for it even where the lambda is not reached.
/// </summary>
internal sealed class CircuitJournal(ILogger logger)
{
    public void Tell(CircuitTransition? change)
    {
        if (change is not null)
            Write(change);
    }

    public void TellSees(string source) => GuardedLog.Write(() => CircuitLog.SourceSees(logger, source));

    public void TellBlind(string source, string reason, Exception? exception) => GuardedLog.Write(() =>
        CircuitLog.SourceBlind(logger, exception is null ? null : LoggableException.Of(exception), source, reason));

    private void Write(CircuitTransition change) => GuardedLog.Write(() =>
    {
        if (change.To == CircuitLevel.Failed)
            CircuitLog.Failed(logger, change.Reason);
        else if (change.To > change.From)
            CircuitLog.Tripped(logger, change.From, change.To, change.Reason);
        else
            CircuitLog.Recovered(logger, change.From, change.To);
    });
}

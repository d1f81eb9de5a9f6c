using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>Signals to the init: its own, and those that are the worker's.</summary>
/// <param name="lead">Who obeys.</param>
/// <param name="ignored">The signals that were ignored when the init was started: SIGHUP by <c>nohup</c>, SIGINT by a script's <c>&amp;</c>.</param>
internal sealed class SignalRouter(Lead lead, IReadOnlySet<Signal> ignored)
{
    /// <summary>
    /// Which of them stay ignored, as in any program that a shell starts. SIGTERM is how a service is told to end, and SIGQUIT how it is asked for a snapshot, whoever has started it.
    /// </summary>
    public static IReadOnlyList<Signal> Ignorable { get; } = [Signal.Hup, Signal.Int];

    public void Route(ReceivedSignal received)
    {
        // A blocked signal is never ignored by the kernel, signal(7).
        if (ignored.Contains(received.Signal))
            return;
        switch (received.Signal)
        {
            case Signal.Term or Signal.Int:
                // A terminal sends to the whole process group, and the worker has it already.
                lead.Stop($"SIG{received.Signal.ToString().ToUpperInvariant()}", forward: !received.FromKernel);
                break;
            case Signal.Hup:
                // To the first process of a session alone, when its terminal is gone: the worker may have it or not, and takes two for one.
                lead.HangUp();
                break;
            case Signal.Usr2:
                if (lead.BeginRestart("SIGUSR2") is { } refusal)
                    Output.Log($"hot restart refused: {refusal}");
                break;
            case var signal when !received.FromKernel:
                lead.Pass(signal);
                break;
        }
    }
}

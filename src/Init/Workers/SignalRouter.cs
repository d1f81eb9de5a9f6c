using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>Signals to the init: its own, and those that are the worker's.</summary>
internal static class SignalRouter
{
    public static void Route(Lead lead, ReceivedSignal received)
    {
        switch (received.Signal)
        {
            case Signal.Term or Signal.Int:
                // A terminal sends to the whole process group: the worker has it already, and a second would cut its drain short.
                lead.Stop($"SIG{received.Signal.ToString().ToUpperInvariant()}", forward: !received.FromKernel);
                break;
            case Signal.Usr2:
                if (lead.BeginRestart("SIGUSR2") is { } refusal)
                    Output.Log($"hot restart refused: {refusal}");
                break;
            case var signal when !received.FromKernel:
                lead.Target?.Link.Signal(signal);
                break;
        }
    }
}

using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>Signals to the init: its own, and those that are the worker's.</summary>
/// <param name="lead">Who obeys.</param>
/// <param name="ignoresHangUp">Whether SIGHUP was ignored when the init was started, as <c>nohup</c> does.</param>
internal sealed class SignalRouter(Lead lead, bool ignoresHangUp)
{
    public void Route(ReceivedSignal received)
    {
        switch (received.Signal)
        {
            case Signal.Term or Signal.Int:
                // A terminal sends to the whole process group, and the worker has it already.
                lead.Stop($"SIG{received.Signal.ToString().ToUpperInvariant()}", forward: !received.FromKernel);
                break;
            case Signal.Hup when ignoresHangUp:
                // A blocked signal is never ignored by the kernel, signal(7).
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

using CrashShield.Init.Marker;

namespace CrashShield.Init.Workers;

/// <summary>The operating system's side of starting a worker.</summary>
internal interface IWorkerStarter
{
    /// <param name="generation">One more than the last.</param>
    /// <param name="lastDeath">How the one before ended, when not well.</param>
    /// <param name="received">Called with each message.</param>
    /// <exception cref="Processes.SpawnException">It cannot be started.</exception>
    Worker Start(int generation, Death? lastDeath, Action<Worker, Message> received);
}

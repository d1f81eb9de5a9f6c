namespace CrashShield.Init.Workers;

/// <summary>The operating system's side of a worker: its process and its control channel.</summary>
internal interface IWorkerLink
{
    /// <summary>The init's end of the control channel; -1 when it is closed.</summary>
    int Descriptor { get; }

    /// <summary>Whether so much waits to be sent that whoever it comes from should not be read meanwhile.</summary>
    bool IsFull { get; }

    /// <summary>Reads nothing from the worker while that is so: what it says waits in its own process.</summary>
    void HoldWhile(Func<bool> isHeld);

    /// <param name="message">What to say.</param>
    /// <param name="descriptor">A descriptor that rides on it, or -1.</param>
    void Send(Message message, int descriptor = -1);

    /// <summary>The descriptor that has come with the message which is handled, for its taker to close; -1 for none.</summary>
    int TakeDescriptor();

    void Signal(Signal signal);

    /// <summary>The process has ended. What it has said and nobody has read yet is handled first.</summary>
    void Close();
}

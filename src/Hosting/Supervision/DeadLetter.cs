namespace CrashShield.Hosting.Supervision;

/// <summary>A message that was given up: its handling has failed too often.</summary>
public sealed class DeadLetter
{
    internal DeadLetter(string queue, string key, int failures, Exception exception) =>
        (Queue, Key, Failures, Exception) = (queue, key, failures, exception);

    /// <summary>Where the message came from, as it was given to <see cref="DeadLetterGuard.HandleAsync"/>.</summary>
    public string Queue { get; }

    /// <summary>The key of the message, as it was given to <see cref="DeadLetterGuard.HandleAsync"/>.</summary>
    public string Key { get; }

    /// <summary>How often its handling has failed in this process.</summary>
    public int Failures { get; }

    /// <summary>The last failure.</summary>
    public Exception Exception { get; }
}

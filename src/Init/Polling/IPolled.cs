namespace CrashShield.Init.Polling;

/// <summary>A descriptor that the loop watches.</summary>
internal interface IPolled
{
    int Descriptor { get; }

    PollEvents Wanted { get; }

    void Ready(PollEvents events);
}

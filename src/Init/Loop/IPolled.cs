namespace CrashShield.Init.Loop;

/// <summary>A descriptor that the loop watches.</summary>
internal interface IPolled
{
    int Descriptor { get; }

    PollEvents Wanted { get; }

    void Ready(PollEvents events);
}

namespace CrashShield.Drills.Processes;

/// <summary>Signals by their numbers on Linux, signal(7).</summary>
internal static class UnixSignal
{
    public const int Quit = 3;
    public const int Abrt = 6;
    public const int Kill = 9;
    public const int Usr1 = 10;
    public const int Segv = 11;
    public const int Usr2 = 12;
    public const int Term = 15;
}

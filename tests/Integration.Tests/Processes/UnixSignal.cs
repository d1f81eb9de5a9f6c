namespace CrashShield.Integration.Tests.Processes;

/// <summary>Signals by their numbers on Linux, signal(7).</summary>
internal enum UnixSignal
{
    Hup = 1,
    Int = 2,
    Quit = 3,
    Abrt = 6,
    Kill = 9,
    Usr1 = 10,
    Segv = 11,
    Usr2 = 12,
    Term = 15,
}

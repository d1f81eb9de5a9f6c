namespace CrashShield.Handoff.Protocol;

/// <summary>Signals by their numbers on Linux, signal(7).</summary>
internal enum Signal
{
    Hup = 1,
    Int = 2,
    Quit = 3,
    Ill = 4,
    Trap = 5,
    Abrt = 6,
    Bus = 7,
    Fpe = 8,
    Kill = 9,
    Usr1 = 10,
    Segv = 11,
    Usr2 = 12,
    Pipe = 13,
    Alrm = 14,
    Term = 15,
    Chld = 17,
    Cont = 18,
    Winch = 28,
    Sys = 31,
}

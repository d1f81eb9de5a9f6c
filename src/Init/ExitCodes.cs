namespace CrashShield.Init;

/// <summary>Exit codes of the init's own failures, sysexits.h; the shell's for a command that cannot be started.</summary>
internal static class ExitCodes
{
    public const int Usage = 64;
    public const int Unavailable = 69;
    public const int Software = 70;
    public const int OperatingSystem = 71;
    public const int CannotCreate = 73;
    public const int TemporaryFailure = 75;
    public const int Protocol = 76;
    public const int Unfit = 78;
    public const int NotExecutable = 126;
    public const int NotFound = 127;
}

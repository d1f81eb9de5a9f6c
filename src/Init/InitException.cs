namespace CrashShield.Init;

/// <summary>The end of the init by a failure of its own: one line and an exit code.</summary>
internal sealed class InitException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

namespace CrashShield.Handoff.Protocol;

/// <summary>How a process ended, from the status of waitpid(2).</summary>
internal readonly record struct ExitStatus(int Code, Signal? Signal)
{
    /// <summary>As a shell reports it: 128 and its number for a signal.</summary>
    public int ShellCode => Signal is { } signal ? 128 + (int)signal : Code;

    public static ExitStatus FromWait(int status)
    {
        var signal = status & 0x7f;
        return signal == 0 ? new ExitStatus((status >> 8) & 0xff, null) : new ExitStatus(0, (Signal)signal);
    }

    public override string ToString() => Signal is { } signal ? $"ended by {NameOf(signal)}" : $"exited with code {Code}";

    public static string NameOf(Signal signal) =>
        Enum.IsDefined(signal) ? $"SIG{signal.ToString().ToUpperInvariant()}" : $"signal {(int)signal}";
}

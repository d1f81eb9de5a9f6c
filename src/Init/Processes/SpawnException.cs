namespace CrashShield.Init.Processes;

/// <summary>The command cannot be started.</summary>
internal sealed class SpawnException(string command, int errno) : Exception($"cannot start {command}: {Errno.Text(errno)}")
{
    /// <summary>As a shell has it: 127 when there is no such command, 126 when it is no program, 71 for a lack of resources.</summary>
    public int ExitCode { get; } = errno switch
    {
        Errno.NoEntry or Errno.NotDirectory => ExitCodes.NotFound,
        Errno.Again or Errno.NoMemory or Errno.NoFilesInSystem or Errno.NoFiles => ExitCodes.OperatingSystem,
        _ => ExitCodes.NotExecutable,
    };
}

using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CrashShield.Drills.Processes;

/// <summary>A .NET program as a process of its own, which does not outlive the drill that started it.</summary>
internal sealed partial class ChildProgram : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;

    private ChildProgram(ProcessStartInfo start, Action<string>? onLine, Action<string>? onErrorLine)
    {
        _process = new Process { StartInfo = start };
        _process.Start();
        if (onLine is not null)
        {
            _process.OutputDataReceived += (_, line) => Pass(line.Data, onLine);
            _process.BeginOutputReadLine();
        }

        if (onErrorLine is not null)
        {
            _process.ErrorDataReceived += (_, line) => Pass(line.Data, onErrorLine);
            _process.BeginErrorReadLine();
        }
    }

    /// <summary>Its process id: <c>taskset</c> replaces itself by what it starts.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program by the path of its assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="core">The core that it is to run on.</param>
    /// <param name="workingDirectory">Its working directory.</param>
    /// <param name="environment">Variables that it gets besides ours.</param>
    /// <param name="onLine">Gets each line that it prints; without, <see cref="ReadLineAsync"/> reads them.</param>
    /// <param name="joins">The file <c>cgroup.procs</c> of a cgroup that it is to start in: memory that it had before would be another's.</param>
    /// <param name="blockedSignals">Signals that it is to start with blocked, as env(1) takes them.</param>
    /// <param name="onErrorLine">Gets each line of its standard error; without, that is the drill's.</param>
    public static ChildProgram Start(
        string assembly, IEnumerable<string> arguments, int? core = null, string? workingDirectory = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null, Action<string>? onLine = null, string? joins = null,
        string? blockedSignals = null, Action<string>? onErrorLine = null)
    {
        var command = Core.Command(core, assembly, arguments);
        if (blockedSignals is not null)
            command = ["env", "--block-signal=" + blockedSignals, .. command];
        return Run(command, workingDirectory, environment, onLine, joins, onErrorLine);
    }

    /// <summary>Starts any command.</summary>
    public static ChildProgram Run(
        string[] command, string? workingDirectory = null, IEnumerable<KeyValuePair<string, string?>>? environment = null, Action<string>? onLine = null, string? joins = null,
        Action<string>? onErrorLine = null)
    {
        if (joins is not null)
            command = ["/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", joins, .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            RedirectStandardError = onErrorLine is not null,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        return new ChildProgram(start, onLine, onErrorLine);
    }

    /// <exception cref="EndOfStreamException">It ended without another line.</exception>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("The program ended and printed nothing.");

    public void Terminate() => Signal(SigTerm);

    /// <summary>Sends a signal by its number.</summary>
    public void Signal(int signal) => Signal(_process.Id, signal);

    /// <summary>Sends a signal to a process that has come from one that a drill has started.</summary>
    public static void Signal(int processId, int signal)
    {
        if (Kill(processId, signal) != 0)
            throw new Win32Exception();
    }

    /// <returns>The exit status.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Pass(string? line, Action<string> onLine)
    {
        if (line is not null)
            onLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}

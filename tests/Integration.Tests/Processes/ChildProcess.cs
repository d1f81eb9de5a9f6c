using System.Diagnostics;

namespace CrashShield.Integration.Tests.Processes;

/// <summary>A .NET program as a process of its own, which does not outlive the test that started it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // Crash tests are to leave no core files behind.
    private const string WithoutCoreFiles = """ulimit -c 0; exec "$0" "$@" """;

    private readonly Process _process;
    private readonly LineLog _output = new();
    private readonly LineLog _errors = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _output.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public IReadOnlyList<string> Output => _output.Lines;

    public IReadOnlyList<string> Errors => _errors.Lines;

    /// <summary>Starts a program by the path of its assembly.</summary>
    public static ChildProcess Start(string assembly, params IEnumerable<string> arguments) =>
        Start(assembly, new Dictionary<string, string>(), arguments);

    /// <summary>Starts a program by the path of its assembly, with more in its environment, and with signals blocked: <c>USR1,USR2</c>.</summary>
    public static ChildProcess Start(
        string assembly, IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments, string blockedSignals = "") =>
        StartCommand(environment, ["dotnet", assembly, .. arguments], blockedSignals);

    /// <summary>Starts any command.</summary>
    public static ChildProcess StartCommand(IReadOnlyDictionary<string, string> environment, IEnumerable<string> words, string blockedSignals = "")
    {
        // A test runner that was started in the background may ignore signals, and a child inherits that.
        string[] command = ["--default-signal=HUP,INT,QUIT,TERM", .. Blocking(blockedSignals), "sh", "-c", WithoutCoreFiles, .. words];
        var start = new ProcessStartInfo("env", command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_DbgEnableMiniDump"] = "0" },
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(start);
    }

    /// <summary>Waits for a line on the standard output, one that has come already or one that will.</summary>
    public Task<string> WaitForLineAsync(Predicate<string> predicate, TimeSpan deadline) =>
        WithinAsync(deadline, cancellationToken => _output.WaitForAsync(predicate, cancellationToken));

    /// <summary>Waits for a line on the standard error, one that has come already or one that will.</summary>
    public Task<string> WaitForErrorLineAsync(Predicate<string> predicate, TimeSpan deadline) =>
        WithinAsync(deadline, cancellationToken => _errors.WaitForAsync(predicate, cancellationToken));

    /// <summary>Sends a signal, as kill(2), unless the process has ended.</summary>
    public void Signal(UnixSignal signal)
    {
        if (!_process.HasExited)
            ProcessSignal.Send(_process.Id, signal);
    }

    /// <summary>Waits for the end of the process and of its output.</summary>
    /// <returns>The exit status as a shell would tell it: 128 and its number for a signal that ended the process.</returns>
    public Task<int> WaitForExitAsync(TimeSpan deadline) => WithinAsync(deadline, async cancellationToken =>
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    });

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<T> WithinAsync<T>(TimeSpan deadline, Func<CancellationToken, Task<T>> wait)
    {
        using var bound = new CancellationTokenSource(deadline);
        try
        {
            return await wait(bound.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or EndOfStreamException)
        {
            throw new TimeoutException($"Within {deadline} the process printed only: {string.Join('\n', [.. Output, .. Errors])}", e);
        }
    }

    private static string[] Blocking(string signals) => signals.Length > 0 ? ["--block-signal=" + signals] : [];
}

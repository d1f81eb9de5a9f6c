using System.Diagnostics;

namespace CrashShield.Integration.Tests.Processes;

/// <summary>A .NET program as a process of its own, which does not outlive the test that started it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // Crash tests are to leave no core files behind.
    private const string WithoutCoreFiles = """ulimit -c 0; exec "$0" "$@" """;

    private readonly Process _process;
    private readonly Arrivals<string> _output = new();
    private readonly Arrivals<string> _errors = new();
    private readonly Arrivals<LogEntry> _log = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public IReadOnlyList<string> Output => _output.All;

    public IReadOnlyList<string> Errors => _errors.All;

    /// <summary>The entries of its log among the lines of its output.</summary>
    public IReadOnlyList<LogEntry> Log => _log.All;

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
            Environment = { ["DOTNET_DbgEnableMiniDump"] = "0", [LogEntry.Formatter.Key] = LogEntry.Formatter.Value },
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

    /// <summary>The entries of its log with the name of an event, in their order.</summary>
    public IReadOnlyList<LogEntry> Logged(string eventName) => [.. Log.Where(entry => entry.Is(eventName))];

    /// <summary>Waits for an event in the log, one that has come already or one that will.</summary>
    /// <param name="eventName">The name of the event.</param>
    /// <param name="deadline">How long to wait.</param>
    /// <param name="predicate">What the values of the event have to be.</param>
    public Task<LogEntry> WaitForEventAsync(string eventName, TimeSpan deadline, Predicate<LogEntry>? predicate = null)
    {
        LogEntry.Events.Require(eventName);
        return WithinAsync(
            deadline, cancellationToken => _log.WaitForAsync(entry => entry.Is(eventName) && predicate?.Invoke(entry) != false, cancellationToken));
    }

    /// <summary>Waits until its server listens.</summary>
    /// <returns>The first address.</returns>
    public async Task<Uri> WaitForAddressAsync(TimeSpan deadline) =>
        new((await WaitForEventAsync(EventNames.Listening, deadline))[EventNames.Address]);

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

    private void Read(string? line)
    {
        _output.Add(line);
        if (line is null)
            _log.Add(null);
        else if (LogEntry.Read(line) is { } entry)
            _log.Add(entry);
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

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>A crashshield-init with workers that do what the test tells them, on a port and with a control socket of its own.</summary>
internal sealed class InitRun : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly string _directory;
    private readonly string[] _program;

    private InitRun(string[] program, string modes, string[] options)
    {
        _program = program;
        _directory = Directory.CreateTempSubdirectory("crashshield-init").FullName;
        Port = FreePort.Take();
        SetModes(modes);
        string[] words =
        [
            .. program, "--control", ControlPath, .. options, "--",
            "dotnet", BuildPaths.Program("CrashShield.InitProbe"), ModesPath, $"tcp:127.0.0.1:{Port}",
        ];
        _process = ChildProcess.StartCommand(new Dictionary<string, string>(), words);
    }

    /// <summary>The program as a build leaves it: no C compiler is needed.</summary>
    public static string[] Managed => ["dotnet", BuildPaths.Program("crashshield-init")];

    public int Id => _process.Id;

    public int Port { get; }

    public string ControlPath => Path.Combine(_directory, "c.sock");

    public string SnapshotsPath => Path.Combine(_directory, "snapshots");

    /// <summary>How many are open.</summary>
    public int Descriptors => DescriptorNumbers.Count();

    public IReadOnlyList<string> Output => _process.Output;

    public IReadOnlyList<string> Errors => _process.Errors;

    private IEnumerable<int> DescriptorNumbers =>
        Directory.GetFileSystemEntries($"/proc/{Id}/fd").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    private string ModesPath => Path.Combine(_directory, "modes");

    /// <summary>Starts it and waits for the first worker to serve.</summary>
    public static Task<InitRun> StartAsync(params string[] options) => StartAsync(Managed, options);

    /// <inheritdoc cref="StartAsync(string[])"/>
    /// <param name="program">The init.</param>
    /// <param name="options">Its options.</param>
    /// <param name="modes">What the first worker does.</param>
    public static async Task<InitRun> StartAsync(string[] program, string[] options, string modes = "")
    {
        var run = new InitRun(program, modes, options);
        try
        {
            await run.LogAsync(" serves");
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the workers do that are started from now on.</summary>
    public void SetModes(string modes) => File.WriteAllText(ModesPath, modes);

    /// <summary>Waits for a line of the init that contains the words.</summary>
    public Task<string> LogAsync(string words) => _process.WaitForErrorLineAsync(line => line.Contains(words, StringComparison.Ordinal), Deadline);

    /// <summary>Waits for a line of a worker.</summary>
    public Task<string> OutputAsync(string line) => _process.WaitForLineAsync(printed => printed == line, Deadline);

    /// <summary>Waits for a line of a worker that begins so.</summary>
    public Task<string> OutputBeginningAsync(string words) => _process.WaitForLineAsync(printed => printed.StartsWith(words, StringComparison.Ordinal), Deadline);

    public void Signal(UnixSignal signal) => _process.Signal(signal);

    /// <summary>A second SIGTERM, which is one only a second after the first.</summary>
    public async Task StopAgainAsync()
    {
        var since = Stopwatch.StartNew();
        await Poll.UntilAsync(() => since.Elapsed > TimeSpan.FromSeconds(1.1), "a second has passed");
        _process.Signal(UnixSignal.Term);
    }

    public Task<int> WaitForExitAsync() => _process.WaitForExitAsync(Deadline);

    /// <summary>Runs a sub-command.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> ControlAsync(params string[] command)
    {
        await using var client = ChildProcess.StartCommand(new Dictionary<string, string>(), [.. _program, .. command, "--control", ControlPath]);
        var exitCode = await client.WaitForExitAsync(Deadline);
        return (exitCode, string.Join('\n', client.Output), string.Join('\n', client.Errors));
    }

    /// <summary>Hot restarts it so many times, and waits for the old workers to end.</summary>
    public async Task RestartAsync(int times)
    {
        for (var i = 0; i < times; i++)
            Assert.Equal(0, (await ControlAsync("restart")).ExitCode);
        await WaitUntilAsync(status => status["retiring"]!.GetValue<int>() == 0);
    }

    /// <summary>Lets it open so many descriptors more.</summary>
    public async Task LimitDescriptorsAsync(int more)
    {
        SystemPackage.Require("util-linux", "prlimit");
        // The kernel compares the number that a new one would get, getrlimit(2).
        var limit = Enumerable.Range(0, int.MaxValue).Except(DescriptorNumbers).ElementAt(more);
        (await CommandRun.OfAsync("prlimit", $"--pid={Id}", $"--nofile={limit}:")).AssertSucceeded();
    }

    public async Task<JsonNode> StatusAsync() => JsonNode.Parse((await ControlAsync("status", "--json")).Output)!;

    public async Task WaitUntilAsync(Predicate<JsonNode> condition)
    {
        var clock = Stopwatch.StartNew();
        while (await StatusAsync() is var status && !condition(status))
            Assert.True(clock.Elapsed < Deadline, status.ToJsonString());
    }

    public async Task<int> WorkerIdAsync() => (await StatusAsync())["serving"]!["pid"]!.GetValue<int>();

    /// <summary>Connects as a client does; the answer may come late, as there may be no worker just now.</summary>
    /// <returns>The generation that has accepted.</returns>
    public Task<int> AskAsync() => AskAsync(Port);

    /// <inheritdoc cref="AskAsync()"/>
    public static Task<int> AskAsync(int port) => AskAsync(new IPEndPoint(IPAddress.Loopback, port));

    /// <inheritdoc cref="AskAsync()"/>
    public static async Task<int> AskAsync(EndPoint at)
    {
        using var client = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(at).WaitAsync(Deadline);
        await using var stream = new NetworkStream(client);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync().WaitAsync(Deadline);
        return int.Parse(answer.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        // Twice: the second request ends the workers too, which a SIGKILL would leave behind.
        try
        {
            _process.Signal(UnixSignal.Term);
            await LogAsync("stopping, asked for");
            // Most have ended by then.
            var ended = _process.WaitForExitAsync(TimeSpan.FromSeconds(20));
            if (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(1.1))) != ended)
                _process.Signal(UnixSignal.Term);
            await ended;
        }
        catch (Exception e) when (e is TimeoutException or Win32Exception or EndOfStreamException)
        {
            // The process is killed below.
        }

        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}

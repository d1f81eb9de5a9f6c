using System.Net.Sockets;
using System.Text;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>What a build does before its host starts, a migration, takes longer than ten seconds.</summary>
public sealed class SlowStartTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-slow").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Explicit = true)]
    public async Task ItIsReadyWhenItServesAndIsStartedAgainAfterACrash()
    {
        using var notify = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notify.Bind(new UnixDomainSocketEndPoint(Path.Combine(_directory, "n")));
        await using var init = Start(["env", $"NOTIFY_SOCKET={_directory}/n"], [], "shield", "--WorkSeconds", "12");

        var ready = await NextAsync(notify);
        Assert.Equal("READY=1", ready);
        // Not after ten seconds of silence: it serves.
        using var client = new HttpClient { BaseAddress = await init.WaitForAddressAsync(TimeSpan.FromMilliseconds(1)) };
        Assert.Equal("ok", await client.GetStringAsync("/", TestContext.Current.CancellationToken));
        Assert.DoesNotContain(init.Errors, line => line.Contains("plain program", StringComparison.Ordinal));

        ProcessSignal.Send(WorkerOf(await ServesAsync(init, 1)), UnixSignal.Kill);
        await ServesAsync(init, 2);
        Assert.DoesNotContain(init.Errors, line => line.Contains("no hello", StringComparison.Ordinal));
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
    }

    [Fact(Explicit = true)]
    public async Task TheBoundIsReadyTimeout()
    {
        await using var init = await InitRun.StartAsync("--ready-timeout", "3s", "--restarts", "1/60s");
        init.SetModes("silent-ms=60000");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);

        await init.LogAsync("killed by the init: no hello within 3s");
        Assert.Equal(137, await init.WaitForExitAsync());
    }

    /// <summary>A command before the application that starts a host of its own: both have the same channel.</summary>
    [Fact(Explicit = true)]
    public async Task ACommandBeforeTheApplicationLeavesTheChannelToIt()
    {
        var probe = BuildPaths.Program("CrashShield.StartProbe");
        const string Settings = "--urls http://127.0.0.1:0 --CrashShield:Drain:Delay 00:00:00 --CrashShield:Drain:LameDuck 00:00:00";
        await using var init = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            [.. InitRun.Managed, "--control", $"{_directory}/c", "--", "sh", "-c", $"dotnet {probe} migrate {Settings}; echo next; exec dotnet {probe} shield {Settings}"]);
        await init.WaitForLineAsync(line => line == "next", Deadline);
        var address = await init.WaitForEventAsync(EventNames.Listening, Deadline, _ => init.Output.Contains("next") && init.Logged(EventNames.Listening).Count > 1);

        using var client = new HttpClient { BaseAddress = new(address[EventNames.Address]) };
        await Poll.UntilGoodAsync(client, "/");
        Assert.Equal(0, (await CommandRun.OfAsync("dotnet", BuildPaths.Program("crashshield-init"), "restart", "--control", $"{_directory}/c")).ExitCode);
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
    }

    /// <summary>CrashShield is in it, and says that it does not speak.</summary>
    [Fact(Explicit = true)]
    public async Task AWorkerWithoutHandOverIsAPlainProgram()
    {
        await using var init = Start([], [], "shield", "--CrashShield:Handoff:Enabled", "false");
        await init.WaitForErrorLineAsync(line => line.Contains("plain program", StringComparison.Ordinal), Deadline);
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
    }

    private static ChildProcess Start(string[] wrapper, string[] options, params string[] arguments) => ChildProcess.StartCommand(
        new Dictionary<string, string>(),
        [
            .. wrapper, .. InitRun.Managed, .. options, "--", "dotnet", BuildPaths.Program("CrashShield.StartProbe"), .. arguments, "--urls", "http://127.0.0.1:0",
            "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00",
        ]);

    private static Task<string> ServesAsync(ChildProcess init, int generation) => init.WaitForErrorLineAsync(
        line => line.Contains($"(generation {generation},", StringComparison.Ordinal) && line.EndsWith(" serves", StringComparison.Ordinal), Deadline);

    private static int WorkerOf(string line) => int.Parse(line.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> NextAsync(Socket socket)
    {
        var buffer = new byte[512];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WaitAsync(Deadline));
    }
}

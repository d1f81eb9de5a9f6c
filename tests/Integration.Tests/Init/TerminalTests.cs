using System.Globalization;
using System.Net;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>The init and its worker in a terminal, whose other end script(1) has.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string Hurried = "\"EventId\":1951";

    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-terminal").FullName;
    private readonly int _port = FreePort.Take();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>With <c>exec</c> the init is the first process of the session, which alone the kernel tells; otherwise a shell is.</summary>
    [Theory(Explicit = true)]
    [InlineData("exec")]
    [InlineData("")]
    public async Task AClosedOneLeavesNobodyBehindAndLosesNoRequest(string exec)
    {
        await using var terminal = Start(exec, "");
        await ServesAsync(async request =>
        {
            terminal.Signal(UnixSignal.Kill);
            using var answer = await request;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });
    }

    [Fact(Explicit = true)]
    public async Task CtrlCIsOneRequest()
    {
        await using var terminal = Start("", $"(until [ -e {_directory}/go ]; do sleep 0.05; done; printf '\\003'; until [ -e {_directory}/done ]; do sleep 0.05; done) |");
        await ServesAsync(async request =>
        {
            await File.WriteAllTextAsync(Path.Combine(_directory, "go"), "", TestContext.Current.CancellationToken);
            using var answer = await request;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });
        await File.WriteAllTextAsync(Path.Combine(_directory, "done"), "", TestContext.Current.CancellationToken);
        await terminal.WaitForExitAsync(TimeSpan.FromSeconds(60));
    }

    private string Log => File.Exists($"{_directory}/log") ? File.ReadAllText($"{_directory}/log") : "";

    private ChildProcess Start(string exec, string input)
    {
        SystemPackage.Require("bsdutils", "script");
        // The shell's own number is the worker's by then, and its parent's the init's.
        var command = $"{exec} {string.Join(' ', InitRun.Managed)} -- sh -c 'echo $PPID $$ > {_directory}/pids; exec dotnet {BuildPaths.Program("WebApi")} --urls http://127.0.0.1:{_port} --Drills true "
            + $"--Orders:Database {_directory}/orders.db --CrashShield:Drain:Delay 00:00:00.5 --CrashShield:Drain:LameDuck 00:00:00.5' > {_directory}/log 2>&1";
        return ChildProcess.StartCommand(
            new Dictionary<string, string> { ["COMMAND"] = command }, ["sh", "-c", input.Length > 0 ? $"{input} script -qec \"$COMMAND\" /dev/null" : "exec script -qec \"$COMMAND\" /dev/null"]);
    }

    private async Task ServesAsync(Func<Task<HttpResponseMessage>, Task> end)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        await Poll.UntilAsync(() => Log.Contains(" serves", StringComparison.Ordinal), "it serves");
        var processes = (await File.ReadAllTextAsync($"{_directory}/pids", TestContext.Current.CancellationToken)).Trim().Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray();
        try
        {
            await Poll.UntilGoodAsync(client, "/healthz");
            var request = client.GetAsync("/drill/wait?ms=3000", TestContext.Current.CancellationToken);
            await Poll.UntilAsync(
                async () => Sample.SampleProcess.SumOf(await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), "http_server_active_requests{") == 2, "the request is being served");
            await end(request);
            await Poll.UntilAsync(() => processes.All(process => !Directory.Exists($"/proc/{process}")), "both have ended");
            Assert.DoesNotContain("generation 2", Log, StringComparison.Ordinal);
            Assert.DoesNotContain(Hurried, Log, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var process in processes.Where(process => Directory.Exists($"/proc/{process}")))
                ProcessSignal.Send(process, UnixSignal.Kill);
        }
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Circuit;

/// <summary>No process lives on in silence once its circuit has failed: it ends, or a probe finds it out.</summary>
public sealed class FailedProcessTests : IDisposable
{
    private const int Status = 70;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private static readonly string[] Undelayed = ["--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-failed-");

    private string FailFile => Path.Combine(_folder.FullName, "fail");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("worker", "service")]
    [InlineData("worker", "source", "--CrashShield:Circuit:FailAfter", "00:00:01")]
    [InlineData("worker", "call-at-start")]
    [InlineData("worker", "call-at-start-given-up")]
    [InlineData("console", "call")]
    [InlineData("web", "call", "--CrashShield:Endpoints:Map", "false")]
    [InlineData("web", "call", "--CrashShield:Circuit:ExitWhenFailed", "true")]
    public async Task EndsCleanedUpWhereNoProbeWouldFindOut(string host, string failure, params string[] settings)
    {
        await using var probe = Start(host, failure, settings);
        await probe.WaitForEventAsync("CircuitFailed", Deadline);
        var clock = Stopwatch.StartNew();

        Assert.Equal(Status, await probe.WaitForExitAsync(Deadline));
        Tell($"{host}, {failure}: ended {clock.Elapsed.TotalSeconds:0.00} s after it failed");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Bound);
        // A host that has not started yet has nothing to clean up.
        if (!failure.StartsWith("call-at-start", StringComparison.Ordinal))
            Assert.Contains("chain", probe.Output);
        Assert.Single(probe.Logged("FailedProcessEnds"));
        Assert.Empty(probe.Logged("FailedLiveness"));
    }

    [Theory]
    [InlineData("web", "call")]
    [InlineData("web", "service")]
    [InlineData("startup", "call-at-start")]
    public async Task StaysForTheProbeThatFindsOut(string host, string failure)
    {
        await using var probe = Start(host, failure, Undelayed);
        await probe.WaitForEventAsync("FailedLiveness", Deadline);
        var clock = Stopwatch.StartNew();
        using var client = new HttpClient { BaseAddress = await probe.WaitForAddressAsync(Deadline) };

        using var answer = await client.GetAsync("/healthz", TestContext.Current.CancellationToken);
        Tell($"{host}, {failure}: liveness fails {clock.Elapsed.TotalSeconds:0.00} s after it failed");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Bound);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(probe.Logged("FailedProcessEnds"));
        probe.Signal(UnixSignal.Int);
        Assert.Equal(0, await probe.WaitForExitAsync(Deadline));
    }

    [Fact]
    public async Task StaysWhereItIsTold()
    {
        await using var probe = Start("worker", "call", "--CrashShield:Circuit:ExitWhenFailed", "false");
        await probe.WaitForEventAsync("FailedProcessStays", Deadline);
        probe.Signal(UnixSignal.Term);
        Assert.Equal(0, await probe.WaitForExitAsync(Deadline));
        Assert.Empty(probe.Logged("FailedProcessEnds"));
    }

    [Fact]
    public async Task PoolThatIsDeadlockedKeepsNoProcess()
    {
        var pool = new Dictionary<string, string> { ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "4", ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "4" };
        await using var probe = ChildProcess.Start(
            BuildPaths.Program("CrashShield.FailureProbe"), pool, ["worker", "pool", "--CrashShield:ThreadPool:DeadlockAfter", "00:00:02"]);
        await probe.WaitForEventAsync("CircuitFailed", Deadline);
        var clock = Stopwatch.StartNew();

        Assert.Equal(Status, await probe.WaitForExitAsync(Deadline));
        Tell($"deadlocked pool: ended {clock.Elapsed.TotalSeconds:0.00} s after it failed");
        // 3 s without the pool, and one for the log.
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(3), Bound);
        Assert.Single(probe.Logged("FailedProcessCannotStop"));
    }

    [Theory]
    [InlineData("call-and-hang")]
    [InlineData("call-and-hang-stopping")]
    [InlineData("call-and-hang-callback")]
    [InlineData("call-and-hang-stopped")]
    [InlineData("call-and-hang-main")]
    public async Task StopThatHangsKeepsNoProcess(string failure)
    {
        await using var probe = Start("worker", failure);
        await probe.WaitForEventAsync("CircuitFailed", Deadline);
        var clock = Stopwatch.StartNew();

        Assert.Equal(Status, await probe.WaitForExitAsync(Deadline));
        Tell($"a stop that hangs: ended {clock.Elapsed.TotalSeconds:0.00} s after it failed");
        // 3 s, and one for the log.
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(3), Bound);
        Assert.Equal("3 s", Assert.Single(probe.Logged("DrainGivenUp"))["Bound"]);
    }

    [Theory]
    [InlineData("call-and-hang")]
    [InlineData("call-and-hang-stopping")]
    [InlineData("call-and-hang-callback")]
    public async Task StopThatHangsKeepsNoClientOfAServerThatNobodyProbes(string failure)
    {
        await using var probe = Start("web", failure, "--CrashShield:Endpoints:Map", "false");
        var address = await probe.WaitForAddressAsync(Deadline);
        await probe.WaitForEventAsync("CircuitFailed", Deadline);
        var clock = Stopwatch.StartNew();

        await Poll.UntilAsync(() => IsRefused(address), "a probe of the port fails");
        Tell($"a stop that hangs: clients are refused {clock.Elapsed.TotalSeconds:0.00} s after it failed");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Bound);
    }

    [Fact]
    public async Task AWorkerOfTheInitIsReplaced()
    {
        await using var init = ChildProcess.Start(
            BuildPaths.Program("crashshield-init"), ["--", "dotnet", BuildPaths.Program("CrashShield.FailureProbe"), "worker", "file", "--FailFile", FailFile]);
        await init.WaitForErrorLineAsync(line => line.Contains("(generation 1, ", StringComparison.Ordinal) && line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
        Fail(generation: 1);
        await init.WaitForEventAsync("CircuitFailed", Deadline);
        var clock = Stopwatch.StartNew();

        await init.WaitForErrorLineAsync(line => line.Contains("(generation 1, ", StringComparison.Ordinal) && line.Contains("exited with code 70", StringComparison.Ordinal), Deadline);
        Tell($"under the init: ended {clock.Elapsed.TotalSeconds:0.00} s after it failed");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Bound);
        await init.WaitForErrorLineAsync(line => line.Contains("(generation 2, ", StringComparison.Ordinal) && line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
        Assert.Single(init.Logged("FailedProcessEnds"));
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("web")]
    public async Task ASpareThatHasFailedIsReplacedBeforeItServes(string host)
    {
        await using var init = ChildProcess.Start(
            BuildPaths.Program("crashshield-init"),
            ["--spare", "--", "dotnet", BuildPaths.Program("CrashShield.FailureProbe"), host, "file", "--FailFile", FailFile, "--urls", "http://127.0.0.1:0", .. Undelayed]);
        await init.WaitForEventAsync("WorkerReady", Deadline, ready => ready["Generation"] == "2");
        Fail(generation: 2);

        await init.WaitForErrorLineAsync(line => line.Contains("spare worker", StringComparison.Ordinal) && line.Contains("exited with code 70", StringComparison.Ordinal), Deadline);
        await init.WaitForEventAsync("WorkerReady", Deadline, ready => ready["Generation"] == "3");
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
    }

    [Fact]
    public async Task ASuccessorOfAHotRestartEnds()
    {
        await using var probe = Start("worker", "file", "--FailFile", FailFile, "--CrashShield:Handoff:Probation", "00:00:01");
        await probe.WaitForEventAsync("ApplicationStarted", Deadline);
        probe.Signal(UnixSignal.Usr2);
        var handedOver = await probe.WaitForEventAsync("HandedOver", Deadline);
        await probe.WaitForEventAsync("DrainEnded", Deadline);
        var successor = int.Parse(handedOver["Pid"], System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            Fail(generation: 2);
            await probe.WaitForEventAsync("FailedProcessEnds", Deadline);
            // The successor has its output too, so that it ends with the last of both.
            Assert.Equal(0, await probe.WaitForExitAsync(Bound));
            await Poll.UntilAsync(() => !Directory.Exists($"/proc/{successor}") || File.ReadAllText($"/proc/{successor}/stat").Contains(") Z ", StringComparison.Ordinal), "the successor has ended");
        }
        finally
        {
            if (Directory.Exists($"/proc/{successor}"))
                ProcessSignal.Send(successor, UnixSignal.Kill);
        }
    }

    private static ChildProcess Start(string host, string failure, params string[] settings) => ChildProcess.Start(
        BuildPaths.Program("CrashShield.FailureProbe"), [host, failure, "--urls", "http://127.0.0.1:0", .. settings]);

    private static bool IsRefused(Uri address)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.Connect(address.Host, address.Port);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private void Fail(int generation) => File.WriteAllText($"{FailFile}-{generation}", "");
}

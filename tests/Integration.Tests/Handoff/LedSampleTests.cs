using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Handoff;

/// <summary>The real sample as the worker of a crashshield-init.</summary>
public sealed class LedSampleTests : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-led-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task WorkerWhoseLeadIsGoneDrainsAndEnds()
    {
        await using var init = Start();
        var worker = await WorkerIdAsync(init);
        try
        {
            init.Signal(UnixSignal.Kill);
            await init.WaitForEventAsync("LeadGone", Deadline);
            await init.WaitForEventAsync("DrainEnded", Deadline);
            // The worker has its output too, so that it ends with the last of both.
            Assert.Equal(128 + (int)UnixSignal.Kill, await init.WaitForExitAsync(Deadline));
        }
        finally
        {
            if (Directory.Exists($"/proc/{worker}"))
                ProcessSignal.Send(worker, UnixSignal.Kill);
        }
    }

    [Fact]
    public async Task NextInitHasThePortWhileTheWorkerOfOneThatWasKilledFinishes()
    {
        var port = FreePort.Take();
        await using var init = Start(["--listen", $"tcp:127.0.0.1:{port}"], "--urls", $"http://127.0.0.1:{port}", "--Drills", "true");
        var worker = await WorkerIdAsync(init);
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}"), DefaultRequestHeaders = { ConnectionClose = true } };
        var slow = client.GetStringAsync("/drill/wait?ms=15000", CancellationToken.None);
        await client.GetStringAsync("/version", TestContext.Current.CancellationToken);
        try
        {
            init.Signal(UnixSignal.Kill);
            await init.WaitForEventAsync("LeadGone", Deadline);
            await Poll.UntilAsync(async () => (await ListeningPorts.AtAsync(port)).Length == 0, "the port is free");
            await using var next = Start(["--listen", $"tcp:127.0.0.1:{port}"], "--urls", $"http://127.0.0.1:{port}", "--Drills", "true");
            await WorkerIdAsync(next);

            Assert.False(slow.IsCompleted);
            await client.GetStringAsync("/version", TestContext.Current.CancellationToken);
            Assert.Equal("waited 15000 ms", await slow);
            next.Signal(UnixSignal.Term);
            Assert.Equal(0, await next.WaitForExitAsync(Deadline));
            Assert.Equal(128 + (int)UnixSignal.Kill, await init.WaitForExitAsync(Deadline));
        }
        finally
        {
            if (Directory.Exists($"/proc/{worker}"))
                ProcessSignal.Send(worker, UnixSignal.Kill);
        }
    }

    [Fact]
    public async Task NoSocketOfAWorkerIsInheritedByItsChildren()
    {
        await using var init = Start();
        var worker = await WorkerIdAsync(init);
        try
        {
            var sockets = Directory.GetFileSystemEntries($"/proc/{worker}/fd")
                .Where(entry => new FileInfo(entry).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true).ToArray();
            // The control channel and the listening socket at least.
            Assert.InRange(sockets.Length, 2, int.MaxValue);
            Assert.All(sockets, socket => Assert.Equal(CloseOnExec, Flags(worker, Path.GetFileName(socket)) & CloseOnExec));
        }
        finally
        {
            init.Signal(UnixSignal.Term);
            await init.WaitForExitAsync(Deadline);
        }
    }

    [Fact]
    public async Task BothHostsOfAProcessAreHandedOver()
    {
        var (one, other) = (FreePort.Take(), FreePort.Take());
        await using var init = ChildProcess.Start(
            BuildPaths.Program("crashshield-init"),
            [
                "--spare", "--probation", "0s", "--", "dotnet", BuildPaths.Program("CrashShield.StartProbe"), "shield",
                "--urls", $"http://127.0.0.1:{one}", "--Second", $"http://127.0.0.1:{other}",
                "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00",
            ]);
        var worker = $"{await WorkerIdAsync(init)}";
        using var client = new HttpClient { Timeout = Deadline, DefaultRequestHeaders = { ConnectionClose = true } };
        Assert.Equal([worker, worker], await AskAsync());
        await init.WaitForEventAsync("WorkerReady", Deadline, ready => ready["Generation"] == "2");
        await using var knocks = new Knocks(new IPEndPoint(IPAddress.Loopback, other));

        init.Signal(UnixSignal.Usr2);
        await init.WaitForErrorLineAsync(line => line.Contains("hot restart done", StringComparison.Ordinal), Deadline);
        var next = await AskAsync();
        Assert.Equal(next[0], next[1]);
        Assert.NotEqual(worker, next[0]);
        Assert.DoesNotContain(Knock.Refused, await knocks.EndAsync());
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));

        async Task<string[]> AskAsync() => await Task.WhenAll(new[] { one, other }.Select(port => client.GetStringAsync($"http://127.0.0.1:{port}/pid", TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task SocketThatTheApplicationMakesItselfIsMadeOnceAndKept()
    {
        var port = FreePort.Take();
        await using var init = ChildProcess.Start(
            BuildPaths.Program("crashshield-init"),
            ["--probation", "0s", "--", "dotnet", BuildPaths.Program("CrashShield.StartProbe"), "shield", "--urls", $"http://127.0.0.1:{port}", "--OwnSocket", "true"]);
        var worker = await WorkerIdAsync(init);
        await using var knocks = new Knocks(new IPEndPoint(IPAddress.Loopback, port));
        ProcessSignal.Send(worker, UnixSignal.Kill);
        await init.WaitForErrorLineAsync(line => line.Contains("(generation 2,", StringComparison.Ordinal) && line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
        init.Signal(UnixSignal.Usr2);
        await init.WaitForErrorLineAsync(line => line.Contains("hot restart done", StringComparison.Ordinal), Deadline);
        await knocks.UntilAsync(Knock.Answered);

        Assert.DoesNotContain(Knock.Refused, await knocks.EndAsync());
        Assert.Single(init.Output, line => line.StartsWith("made ", StringComparison.Ordinal));
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
    }

    [Fact]
    public async Task WorkerWhoseCircuitHasFailedIsReplaced()
    {
        await using var init = Start("--Drills", "true");
        var first = await WorkerIdAsync(init);
        using var client = new HttpClient { BaseAddress = await init.WaitForAddressAsync(Deadline) };
        await client.GetStringAsync("/drill/fail", TestContext.Current.CancellationToken);

        await init.WaitForErrorLineAsync(line => line.Contains($"worker {first} ", StringComparison.Ordinal) && line.Contains("exited with code 70", StringComparison.Ordinal), Deadline);
        await init.WaitForErrorLineAsync(line => line.Contains("(generation 2,", StringComparison.Ordinal) && line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
        using var answer = await client.GetAsync("/healthz", TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        init.Signal(UnixSignal.Term);
        await init.WaitForExitAsync(Deadline);
    }

    [Fact]
    public async Task WorkerThatHasServedIsStartedAgainAtOnceEachTime()
    {
        var control = Path.Combine(_folder.FullName, "c.sock");
        await using var init = Start(["--control", control], []);
        using var client = new HttpClient { BaseAddress = await init.WaitForAddressAsync(Deadline) };
        for (var generation = 1; generation <= 3; generation++)
        {
            await Poll.UntilGoodAsync(client, "/healthz");
            var serving = (await StatusAsync(control))["serving"]!;
            Assert.Equal(generation, serving["generation"]!.GetValue<int>());
            // Within a second, and not because it was up for ten.
            await Poll.UntilAsync(async () => (await StatusAsync(control))["serving"]!["proved"]!.GetValue<bool>(), "it has served");
            Assert.InRange(DateTimeOffset.UtcNow - serving["startedAt"]!.GetValue<DateTimeOffset>(), TimeSpan.Zero, TimeSpan.FromSeconds(9));
            ProcessSignal.Send(serving["pid"]!.GetValue<int>(), UnixSignal.Kill);
            await init.WaitForErrorLineAsync(line => line.Contains($"(generation {generation + 1},", StringComparison.Ordinal) && line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
        }

        Assert.DoesNotContain(init.Errors, line => line.Contains("no worker serves", StringComparison.Ordinal));
        init.Signal(UnixSignal.Term);
        await init.WaitForExitAsync(Deadline);
    }

    [Fact]
    public async Task ColdRestartFinishesWhatIsInFlightAndLosesNobody()
    {
        var control = Path.Combine(_folder.FullName, "c.sock");
        await using var init = Start(["--control", control], "--Drills", "true");
        using var client = new HttpClient { BaseAddress = await init.WaitForAddressAsync(Deadline), DefaultRequestHeaders = { ConnectionClose = true }, Timeout = Deadline };
        var inFlight = client.GetAsync("/drill/wait?ms=2000", TestContext.Current.CancellationToken);
        await Poll.UntilGoodAsync(client, "/version");

        await using var restart = ChildProcess.Start(BuildPaths.Program("crashshield-init"), "restart", "--cold", "--control", control);
        var ended = restart.WaitForExitAsync(Deadline);
        List<Task<string>> meanwhile = [];
        while (!ended.IsCompleted)
        {
            meanwhile.Add(client.GetStringAsync("/version", TestContext.Current.CancellationToken));
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, await ended);
        Assert.True((await inFlight).IsSuccessStatusCode);
        var generations = (await Task.WhenAll(meanwhile)).Select(version => JsonNode.Parse(version)!["generation"]!.GetValue<int>()).ToList();
        Assert.Equal([1, 2], generations.Distinct().Order());
        Assert.Equal(0, (await StatusAsync(control))["restarts"]!.GetValue<int>());
        init.Signal(UnixSignal.Term);
        await init.WaitForExitAsync(Deadline);
    }

    [Fact]
    public async Task TheMetricsTellWhatTheInitCounts()
    {
        await using var init = Start();
        using var client = new HttpClient { BaseAddress = await init.WaitForAddressAsync(Deadline), DefaultRequestHeaders = { ConnectionClose = true } };
        await Poll.UntilAsync(async () => Lines(await client.GetStringAsync("/metrics")).Contains("crashshield_init_restarts 0"), "the first worker is told");
        Assert.DoesNotContain("crashshield_init_last_death", await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        ProcessSignal.Send(await WorkerIdAsync(init), UnixSignal.Kill);
        await Poll.UntilAsync(async () => Lines(await client.GetStringAsync("/metrics")).Contains("crashshield_init_restarts 1"), "the next worker is told");

        var lines = Lines(await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
        Assert.Contains("crashshield_init_generation 2", lines);
        var death = Assert.Single(lines, line => line.StartsWith("crashshield_init_last_death_seconds{", StringComparison.Ordinal));
        Assert.StartsWith("crashshield_init_last_death_seconds{kind=\"killed\"} ", death);
        Assert.InRange(double.Parse(death.Split(' ')[1], CultureInfo.InvariantCulture), before, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
        init.Signal(UnixSignal.Term);
        await init.WaitForExitAsync(Deadline);

        static string[] Lines(string metrics) => metrics.Split('\n');
    }

    private static async Task<JsonNode> StatusAsync(string control)
    {
        await using var status = ChildProcess.Start(BuildPaths.Program("crashshield-init"), "status", "--json", "--control", control);
        await status.WaitForExitAsync(Deadline);
        return JsonNode.Parse(status.Output[0])!;
    }

    private ChildProcess Start(params string[] settings) => Start([], settings);

    private ChildProcess Start(string[] options, params string[] settings) => ChildProcess.Start(
        BuildPaths.Program("crashshield-init"),
        [
            .. options, "--", "dotnet", BuildPaths.Program("WebApi"), "--urls", "http://127.0.0.1:0", "--Orders:Database", Path.Combine(_folder.FullName, "orders.db"),
            "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00", .. settings,
        ]);

    private static async Task<int> WorkerIdAsync(ChildProcess init)
    {
        var line = await init.WaitForErrorLineAsync(line => line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
        // crashshield-init: worker 123 (generation 1, version 0.1.0.0) serves
        return int.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    // proc_pid_fdinfo(5): in octal.
    private static int Flags(int processId, string descriptor) => Convert.ToInt32(
        File.ReadLines($"/proc/{processId}/fdinfo/{descriptor}").Single(line => line.StartsWith("flags:", StringComparison.Ordinal))["flags:".Length..].Trim(), 8);
}

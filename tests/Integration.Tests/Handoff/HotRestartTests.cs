using System.Diagnostics;
using System.Net.Http.Json;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Handoff;

/// <summary>The real sample restarts itself, peer to peer, while clients go on.</summary>
public sealed class HotRestartTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(5);
    private static readonly string[] Quiet = ["--Logging:LogLevel:Microsoft.AspNetCore", "Warning"];

    [Fact]
    public async Task NextGenerationTakesOverAndNoRequestFails()
    {
        await using var sample = await SampleProcess.StartAsync(null, [.. Quiet, "--CrashShield:Handoff:Probation", "00:00:01"]);
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(_ => AskAsync(sample.Address, stop.Token)).ToArray();
        var first = await VersionAsync(sample);
        Assert.Equal(new(sample.Process.Id, 1), first);

        await RestartAsync(sample);
        var second = await GenerationAsync(sample, 2);
        // It is nobody's child any more, but the test's to end.
        using var successor = Process.GetProcessById(second.Pid);
        try
        {
            Assert.NotEqual(first.Pid, second.Pid);
            await sample.Process.WaitForEventAsync("DrainEnded", Deadline);
            Assert.Equal(second, await VersionAsync(sample));
            await stop.CancelAsync();
            Assert.All(await Task.WhenAll(clients), asked => Assert.True(asked > 10, $"only {asked} requests"));
        }
        finally
        {
            successor.Kill();
        }

        // The successor has its output too, so that it ends with the last of both.
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
    }

    [Theory]
    [InlineData("")]
    [InlineData("USR1,USR2,40")]
    public async Task SuccessorStartsWithTheSignalsBlockedThatItsPredecessorStartedWith(string signals)
    {
        await using var sample = await SampleProcess.StartBlockingAsync(signals, null, null, [.. Quiet, "--CrashShield:Handoff:Probation", "01:00:00"]);
        await RestartAsync(sample);
        var second = await GenerationAsync(sample, 2);
        Assert.Equal(ProcessStatus.Set(sample.Process.Id, ProcessStatus.Blocked), ProcessStatus.Set(second.Pid, ProcessStatus.Blocked));

        // Within the probation both end.
        sample.Process.Signal(UnixSignal.Term);
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
    }

    [Fact]
    public async Task StopDuringTheProbationCutsNoRequestAndEndsBoth()
    {
        await using var sample = await SampleProcess.StartAsync(
            null, [.. Quiet, "--Drills", "true", "--CrashShield:Handoff:Probation", "00:00:02", "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00"]);
        using var client = new HttpClient { BaseAddress = new Uri(sample.Address) };
        var slow = client.GetStringAsync("/drill/wait?ms=12000", CancellationToken.None);
        await RestartAsync(sample);
        var second = await GenerationAsync(sample, 2);
        sample.Process.Signal(UnixSignal.Term);

        Assert.Equal("waited 12000 ms", await slow);
        // The successor has its output too, so that it ends with the last of both.
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
        // Whoever it was left to reaps it when it comes to that.
        await Poll.UntilAsync(() => HasEnded(second.Pid), "the successor has ended");
    }

    [Fact]
    public async Task StopDuringALongProbationEndsBothToo()
    {
        await using var sample = await SampleProcess.StartAsync(
            null, [.. Quiet, "--CrashShield:Handoff:Probation", "01:00:00", "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00"]);
        await RestartAsync(sample);
        var second = await GenerationAsync(sample, 2);
        sample.Process.Signal(UnixSignal.Term);

        // The successor has its output too, so that it ends with the last of both.
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
        await Poll.UntilAsync(() => HasEnded(second.Pid), "the successor has ended");
    }

    [Fact]
    public async Task BuildThatFailsInItsProbationIsTakenBack()
    {
        await using var sample = await SampleProcess.StartAsync(null, [.. Quiet, "--CrashShield:Handoff:Probation", "01:00:00"]);
        await RestartAsync(sample);
        await GenerationAsync(sample, 2);
        using var client = new HttpClient { BaseAddress = new Uri(sample.Address) };
        await client.GetStringAsync("/drill/fail", TestContext.Current.CancellationToken);

        var failed = await sample.Process.WaitForEventAsync("RestartFailed", Deadline);
        // The level of the new process's circuit and the drill's own words.
        Assert.Matches("Failed.*The drill asked for it", failed["Reason"]);
        Assert.Equal(sample.Process.Id, (await GenerationAsync(sample, 1, mayCut: true)).Pid);
    }

    [Fact]
    public async Task StopWhileTheSuccessorStartsEndsIt()
    {
        await using var sample = await SampleProcess.StartAsync(
            null, [.. Quiet, "--CrashShield:Handoff:WarmUps", "100000", "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00"]);
        var known = await RestartAsync(sample);
        await Poll.UntilAsync(() => sample.Process.Log.Skip(known).Any(entry => entry.Is("ApplicationStarted")), "the successor is there");
        sample.Process.Signal(UnixSignal.Term);

        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
        Assert.Empty(sample.Process.Logged("GateOpened"));
    }

    [Fact]
    public async Task WarmUpIsNotCountedAsRequests()
    {
        await using var sample = await SampleProcess.StartAsync(
            null, [.. Quiet, "--CrashShield:Handoff:WarmUpPaths:0", "/orders/1", "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00"]);
        await RestartAsync(sample);
        await GenerationAsync(sample, 2);

        using var client = new HttpClient { BaseAddress = new Uri(sample.Address) };
        var counts = (await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n')
            .Where(line => line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)).ToArray();
        Assert.Contains(counts, line => line.Contains("\"/version\"", StringComparison.Ordinal));
        Assert.DoesNotContain(counts, line => line.Contains("/orders", StringComparison.Ordinal));
        sample.Process.Signal(UnixSignal.Term);
        // The successor has its output too, so that it ends with the last of both.
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
    }

    [Theory]
    [InlineData("GateOpened")]
    [InlineData("ApplicationStarted")]
    public async Task SuccessorGoesOnWhenTheOldProcessIsKilled(string once)
    {
        await using var sample = await SampleProcess.StartAsync(null, [.. Quiet, "--CrashShield:Handoff:WarmUps", "4000", "--CrashShield:Handoff:Probation", "01:00:00"]);
        var known = await RestartAsync(sample);
        await Poll.UntilAsync(() => sample.Process.Log.Skip(known).Any(entry => entry.Is(once)), "the successor is there");
        sample.Process.Signal(UnixSignal.Kill);

        var seen = new List<int>();
        try
        {
            var second = await GenerationAsync(sample, 2, mayCut: true);
            seen.Add(second.Pid);
            await sample.Process.WaitForEventAsync("GoesOnAlone", Deadline);
            // It leads the next one as the first has led it.
            ProcessSignal.Send(second.Pid, UnixSignal.Usr2);
            var third = await GenerationAsync(sample, 3);
            Assert.NotEqual(second.Pid, third.Pid);
            seen.Add(third.Pid);
        }
        finally
        {
            // The newest first: it would go on without the other.
            foreach (var pid in seen.AsEnumerable().Reverse().Where(pid => Directory.Exists($"/proc/{pid}")))
                ProcessSignal.Send(pid, UnixSignal.Kill);
        }
    }

    [Fact]
    public async Task SuccessorWhoseLeadIsKilledBeforeItListensHasTheSocketWhileAnOlderGenerationDrains()
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-build-");
        var settings = Path.Combine(folder.FullName, "appsettings.json");
        await using var sample = await SampleProcess.StartAsync(null, [.. Quiet, "--contentRoot", folder.FullName, "--CrashShield:Handoff:Probation", "00:00:00"]);
        using var client = new HttpClient { BaseAddress = new Uri(sample.Address) };
        var slow = client.GetStringAsync("/drill/wait?ms=28000", CancellationToken.None);
        await RestartAsync(sample);
        var second = await GenerationAsync(sample, 2);
        await sample.Process.WaitForEventAsync("HandedOver", Deadline);
        await File.WriteAllTextAsync(settings, """{ "StartDrill": "slow" }""", TestContext.Current.CancellationToken);

        HashSet<int> children = [];
        try
        {
            var listener = ListenerOf(second.Pid, new Uri(sample.Address).Port);
            ProcessSignal.Send(second.Pid, UnixSignal.Usr2);
            var third = 0;
            await Poll.UntilAsync(
                () =>
                {
                    children.UnionWith(ChildrenOf(second.Pid));
                    return (third = children.FirstOrDefault(child => SocketsOf(child).Contains(listener))) != 0;
                },
                "the third has the socket");
            ProcessSignal.Send(second.Pid, UnixSignal.Kill);
            Assert.Equal(new(third, 3), await GenerationAsync(sample, 3, mayCut: true));
            Assert.False(slow.IsCompleted);
            Assert.Equal("waited 28000 ms", await slow);
        }
        finally
        {
            // The newest first: it would go on without the other.
            foreach (var pid in children.Append(second.Pid).Where(pid => Directory.Exists($"/proc/{pid}")))
                ProcessSignal.Send(pid, UnixSignal.Kill);
            folder.Delete(recursive: true);
        }
    }

    // The reason has to name the protocol's message that is missing, the health check or the two versions; its other words are free.
    [Theory]
    [InlineData("crash", "1.0", "ready")]
    [InlineData("hang", "1.0", "ready.* 5s")]
    [InlineData("unhealthy", "1.0", "start-drill")]
    [InlineData("none", "2.0.0", @"2\.0\.0.* 1\.0")]
    [InlineData("none", "one", "hello")]
    public async Task BuildThatDoesNotComeUpChangesNothing(string drill, string version, string reason)
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-build-");
        var settings = Path.Combine(folder.FullName, "appsettings.json");
        await File.WriteAllTextAsync(settings, """{ "CrashShield": { "Handoff": { "Version": "1.0" } } }""", TestContext.Current.CancellationToken);
        await using var sample = await SampleProcess.StartAsync(null, [.. Quiet, "--contentRoot", folder.FullName, "--CrashShield:Handoff:ReadyTimeout", "00:00:05"]);
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => AskAsync(sample.Address, stop.Token)).ToArray();

        await File.WriteAllTextAsync(
            settings, $$"""{ "StartDrill": "{{drill}}", "CrashShield": { "Handoff": { "Version": "{{version}}" } } }""", TestContext.Current.CancellationToken);
        await RestartAsync(sample);
        var failed = await sample.Process.WaitForEventAsync("RestartFailed", Deadline);
        Assert.Matches(reason, failed["Reason"]);

        Assert.Equal(new(sample.Process.Id, 1), await VersionAsync(sample));
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        folder.Delete(recursive: true);
    }

    // A process that has not started yet refuses, and it listens before that.
    private static bool HasEnded(int processId)
    {
        try
        {
            return ProcessStatus.IsZombie(File.ReadAllText($"/proc/{processId}/status"));
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static IEnumerable<int> ChildrenOf(int processId) =>
        Directory.GetDirectories($"/proc/{processId}/task").SelectMany(task => ReadOfTask($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse);

    private static string ReadOfTask(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The thread has ended.
            return "";
        }
    }

    private static IEnumerable<string> SocketsOf(int processId)
    {
        try
        {
            return [.. Directory.GetFileSystemEntries($"/proc/{processId}/fd").Select(entry => new FileInfo(entry).LinkTarget).OfType<string>()];
        }
        catch (IOException)
        {
            // It has ended.
            return [];
        }
    }

    // As /proc/PID/fd names it.
    private static string ListenerOf(int processId, int port)
    {
        const string Listens = "0A";
        var row = File.ReadLines($"/proc/{processId}/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(fields => fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] == Listens);
        return $"socket:[{row[9]}]";
    }

    /// <returns>How many entries the log had before.</returns>
    private static async Task<int> RestartAsync(SampleProcess sample)
    {
        await sample.Process.WaitForEventAsync("ApplicationStarted", Deadline);
        var known = sample.Process.Log.Count;
        sample.Process.Signal(UnixSignal.Usr2);
        return known;
    }

    private static async Task<int> AskAsync(string address, CancellationToken until)
    {
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var asked = 0;
        using var think = new PeriodicTimer(Think);
        for (; !until.IsCancellationRequested; asked++)
        {
            await client.GetStringAsync("/version", CancellationToken.None);
            await think.WaitForNextTickAsync(CancellationToken.None);
        }

        return asked;
    }

    private static async Task<Version> GenerationAsync(SampleProcess sample, int generation, bool mayCut = false)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            deadline.Token.ThrowIfCancellationRequested();
            try
            {
                if (await VersionAsync(sample) is { } version && version.Generation == generation)
                    return version;
            }
            catch (HttpRequestException) when (mayCut)
            {
                // One that a killed process had accepted.
            }
        }
    }

    private static async Task<Version> VersionAsync(SampleProcess sample)
    {
        // On a connection of its own: one that is kept stays with the old worker until that closes it.
        using var client = new HttpClient { BaseAddress = new Uri(sample.Address) };
        return (await client.GetFromJsonAsync<Version>("/version"))!;
    }

    private sealed record Version(int Pid, int Generation);
}

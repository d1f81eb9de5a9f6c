using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Handoff;

/// <summary>From the moment nobody accepts and nobody will, clients are refused, while requests that have begun are still answered.</summary>
public sealed class RefusalTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string[] Settings =
        ["--Logging:LogLevel:Microsoft.AspNetCore", "Warning", "--CrashShield:Drain:Delay", "00:00:00.5", "--CrashShield:Drain:LameDuck", "00:00:00.5"];

    // The first is the yardstick: Kestrel's own transport.
    [Theory]
    [InlineData("plain")]
    [InlineData("alone")]
    [InlineData("led")]
    [InlineData("led with a spare")]
    public async Task ClientsAreRefusedOnceADrainHasUnbound(string how)
    {
        await using var sample = await StartAsync(how);
        var port = new Uri(sample.Address).Port;
        await using var knocks = Knocks.At(sample.Address);
        await knocks.UntilAsync(Knock.Answered);
        var slow = await BeginSlowAsync(sample);

        sample.Process.Signal(UnixSignal.Term);
        await sample.Process.WaitForEventAsync("DrainBegan", Deadline);
        // In the delay and in the lame duck it serves.
        await knocks.UntilAsync(Knock.Answered);
        await knocks.UntilAsync(Knock.Refused);

        Assert.False(slow.IsCompleted);
        Assert.Empty(await ListeningPorts.AtAsync(port));
        Assert.Equal("waited 6000 ms", await slow);
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
        AssertRefusedToTheEnd(await knocks.EndAsync());
    }

    // The last quarter of the lame duck is theirs. Long: on a machine that is full, a client of this test may take more than that for its request.
    [Theory(Explicit = true)]
    [InlineData("alone")]
    [InlineData("led")]
    public async Task WhoeverHasConnectedIsAnswered(string how)
    {
        var (port, folder) = (FreePort.Take(), Directory.CreateTempSubdirectory("crashshield-last-"));
        var file = Path.Combine(folder.FullName, "app.sock");
        await using var sample = await StartAsync(
            how, "--CrashShield:Drain:LameDuck", "00:00:10", "--Kestrel:Endpoints:A:Url", $"http://127.0.0.1:{port}", "--Kestrel:Endpoints:B:Url", $"http://unix:{file}");
        EndPoint[] endpoints = [new IPEndPoint(IPAddress.Loopback, port), new UnixDomainSocketEndPoint(file)];
        Knocks[] clients = [.. Enumerable.Range(0, 12).Select(client => new Knocks(endpoints[client % 2], client < 6 ? TimeSpan.Zero : TimeSpan.FromSeconds(0.2)))];
        foreach (var client in clients)
            await client.UntilAsync(Knock.Answered);

        sample.Process.Signal(UnixSignal.Term);
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));

        foreach (var client in clients)
        {
            var all = await client.EndAsync();
            Assert.DoesNotContain(Knock.LeftAlone, all);
            Assert.Equal([Knock.Answered, Knock.Refused], all.Distinct());
            await client.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    [Theory(Explicit = true)]
    [InlineData("led")]
    [InlineData("led with a spare")]
    public async Task ClientsAreRefusedWhenAWorkerEndsOfItsOwnChoice(string how)
    {
        await using var sample = await StartAsync(how);
        await using var knocks = Knocks.At(sample.Address);
        await knocks.UntilAsync(Knock.Answered);
        var slow = await BeginSlowAsync(sample);

        ProcessSignal.Send(await ServingAsync(sample), UnixSignal.Term);
        await knocks.UntilAsync(Knock.Refused);

        Assert.False(slow.IsCompleted);
        Assert.Empty(await ListeningPorts.AtAsync(new Uri(sample.Address).Port));
        Assert.Equal("waited 6000 ms", await slow);
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
        AssertRefusedToTheEnd(await knocks.EndAsync());
    }

    [Fact(Explicit = true)]
    public async Task ClientsWaitWhenAWorkerEndsThatIsToBeReplaced()
    {
        await using var sample = await StartAsync("led");
        await using var knocks = Knocks.At(sample.Address);
        await knocks.UntilAsync(Knock.Answered);
        await sample.Client.GetStringAsync("/drill/fail", TestContext.Current.CancellationToken);

        await sample.Process.WaitForErrorLineAsync(line => line.Contains("exited with code 70", StringComparison.Ordinal), Deadline);
        await sample.Process.WaitForErrorLineAsync(line => line.Contains("(generation 2,", StringComparison.Ordinal) && line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
        await knocks.UntilAsync(Knock.Answered);

        Assert.DoesNotContain(Knock.Refused, await knocks.EndAsync());
        Assert.Equal(0, await sample.StopAsync());
    }

    [Theory(Explicit = true)]
    [InlineData("alone")]
    [InlineData("led")]
    public async Task OneThatHasHandedOverKeepsNoClientFromBeingRefused(string how)
    {
        await using var sample = await StartAsync(how, "--CrashShield:Handoff:Probation", "00:00:00");
        await using var knocks = Knocks.At(sample.Address);
        await knocks.UntilAsync(Knock.Answered);
        var slow = await BeginSlowAsync(sample, 25_000);
        sample.Process.Signal(UnixSignal.Usr2);
        var second = (await sample.Process.WaitForEventAsync("GateOpened", Deadline, opened => opened["Generation"] == "2"))["ProcessId"];
        await sample.Process.WaitForEventAsync("DrainBegan", Deadline);

        // The old one is still at its request.
        if (how == "alone")
            ProcessSignal.Send(int.Parse(second, CultureInfo.InvariantCulture), UnixSignal.Term);
        else
            sample.Process.Signal(UnixSignal.Term);
        await knocks.UntilAsync(Knock.Refused);

        Assert.False(slow.IsCompleted);
        Assert.Equal("waited 25000 ms", await slow);
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
        AssertRefusedToTheEnd(await knocks.EndAsync());
    }

    [Theory(Explicit = true)]
    [InlineData("alone")]
    [InlineData("led")]
    [InlineData("led with a spare")]
    public async Task ClientsOfAnEndpointThatIsGivenUpAreRefused(string how)
    {
        var (kept, given) = (FreePort.Take(), FreePort.Take());
        var folder = Directory.CreateTempSubdirectory("crashshield-endpoints-");
        await WriteAsync(folder, kept, given);
        await using var sample = await StartAsync(how, "--contentRoot", folder.FullName);
        await using var knocks = Knocks.At($"http://127.0.0.1:{given}");
        await using var others = Knocks.At($"http://127.0.0.1:{kept}");
        await knocks.UntilAsync(Knock.Answered);

        await WriteAsync(folder, kept, null);
        await knocks.UntilAsync(Knock.Refused);

        Assert.Empty(await ListeningPorts.AtAsync(given));
        // It comes back.
        await WriteAsync(folder, kept, given);
        await knocks.UntilAsync(Knock.Answered);
        Assert.All(await others.EndAsync(), knock => Assert.Equal(Knock.Answered, knock));
        Assert.Equal(0, await sample.StopAsync());
        folder.Delete(recursive: true);
    }

    [Fact(Explicit = true)]
    public async Task ClientsOfAnEndpointThatTheNextWorkerDoesNotWantAreRefused()
    {
        var (kept, given) = (FreePort.Take(), FreePort.Take());
        var folder = Directory.CreateTempSubdirectory("crashshield-endpoints-");
        await WriteAsync(folder, kept, given);
        await using var sample = await StartAsync("led", "--contentRoot", folder.FullName, "--hostBuilder:reloadConfigOnChange", "false");
        await using var knocks = Knocks.At($"http://127.0.0.1:{given}");
        await knocks.UntilAsync(Knock.Answered);

        await WriteAsync(folder, kept, null);
        ProcessSignal.Send(await ServingAsync(sample), UnixSignal.Kill);
        await knocks.UntilAsync(Knock.Refused);

        Assert.Empty(await ListeningPorts.AtAsync(given));
        Assert.Single(await ListeningPorts.AtAsync(kept));
        Assert.Equal(0, await sample.StopAsync());
        folder.Delete(recursive: true);
    }

    private static async Task<SampleProcess> StartAsync(string how, params string[] arguments)
    {
        string[] settings = [.. Settings, .. arguments];
        var sample = how switch
        {
            "plain" => await SampleProcess.StartAsync(null, [.. settings, "--CrashShield:Handoff:Enabled", "false"]),
            "alone" => await SampleProcess.StartAsync(null, settings),
            "led" => await SampleProcess.StartLedAsync([], settings),
            _ => await SampleProcess.StartLedAsync(["--spare"], settings),
        };
        if (how.Contains("spare", StringComparison.Ordinal))
            await sample.Process.WaitForEventAsync("WorkerReady", Deadline, ready => ready["Generation"] == "2");
        return sample;
    }

    private static async Task<Task<string>> BeginSlowAsync(SampleProcess sample, int milliseconds = 6_000)
    {
        var slow = sample.Client.GetStringAsync($"/drill/wait?ms={milliseconds}", CancellationToken.None);
        // It has gone out, and the server has begun it, when it has been asked for and another one is answered.
        await sample.Client.GetStringAsync("/version", TestContext.Current.CancellationToken);
        return slow;
    }

    private static async Task<int> ServingAsync(SampleProcess sample)
    {
        var opened = await sample.Process.WaitForEventAsync("GateOpened", Deadline);
        return int.Parse(opened["ProcessId"], CultureInfo.InvariantCulture);
    }

    private static Task WriteAsync(DirectoryInfo folder, int kept, int? given)
    {
        var second = given is null ? "" : $$""", "B": { "Url": "http://127.0.0.1:{{given}}" }""";
        return File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "appsettings.json"), $$"""{ "Kestrel": { "Endpoints": { "A": { "Url": "http://127.0.0.1:{{kept}}" }{{second}} } } }""",
            TestContext.Current.CancellationToken);
    }

    // The last ones before it may have come when the socket was closed, as with any server.
    private static void AssertRefusedToTheEnd(IReadOnlyList<Knock> knocks)
    {
        const int AtTheLastMoment = 3;
        var first = knocks.Index().First(knock => knock.Item == Knock.Refused).Index;
        Assert.All(knocks.Skip(first), knock => Assert.Equal(Knock.Refused, knock));
        Assert.InRange(knocks.Count(knock => knock == Knock.LeftAlone), 0, AtTheLastMoment);
    }
}

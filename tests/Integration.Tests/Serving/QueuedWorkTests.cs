using System.Net;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Serving;

/// <summary>A request that is under way in a hot restart may leave work behind for a background service of its process.</summary>
public sealed class QueuedWorkTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-queue-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task OrderOfARequestThatIsUnderWayIsWorkedOff()
    {
        var address = $"http://127.0.0.1:{FreePort.Take()}";
        var control = Path.Combine(_folder.FullName, "init.sock");
        await using var init = ChildProcess.Start(
            BuildPaths.Program("crashshield-init"),
            ["--control", control, "--probation", "2s", "--", "dotnet", BuildPaths.Program("CrashShield.WorkProbe"), "queue", _folder.FullName, "--urls", address]);
        await init.WaitForEventAsync("GateOpened", Deadline);
        await using var restart = ChildProcess.Start(BuildPaths.Program("crashshield-init"), ["restart", "--control", control]);
        using var stop = new CancellationTokenSource();
        var orders = Enumerable.Range(0, 4).Select(client => OrderAsync(address, client, stop.Token)).ToArray();
        Assert.Equal(0, await restart.WaitForExitAsync(Deadline));
        await stop.CancelAsync();
        var ordered = (await Task.WhenAll(orders)).SelectMany(static taken => taken).Order().ToArray();

        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
        Assert.Equal(ordered, Done().Order());
    }

    private string[] Done() => [.. File.ReadAllLines(Path.Combine(_folder.FullName, "orders")).Select(line => line.Split(' ')[0])];

    private static async Task<List<string>> OrderAsync(string address, int client, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        List<string> taken = [];
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var order = $"{client}-{i}";
            using var answer = await http.PostAsync($"/orders/{order}?ms=100", null, CancellationToken.None);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            taken.Add(order);
        }

        return taken;
    }
}

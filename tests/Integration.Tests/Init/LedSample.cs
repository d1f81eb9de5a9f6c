using System.Globalization;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Init;

/// <summary>The real sample as the worker of a crashshield-init, which something else may have started: nohup, timeout, setsid.</summary>
internal sealed class LedSample : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder;

    private LedSample(ChildProcess process, DirectoryInfo folder, HttpClient client, int worker) =>
        (Process, _folder, Client, WorkerId) = (process, folder, client, worker);

    /// <summary>What the wrapper is, or the init.</summary>
    public ChildProcess Process { get; }

    public HttpClient Client { get; }

    /// <summary>Of the first worker.</summary>
    public int WorkerId { get; }

    /// <summary>The parent of the worker.</summary>
    public int InitId { get; private init; }

    /// <param name="wrapper">What starts the init.</param>
    /// <param name="settings">Of the sample.</param>
    public static async Task<LedSample> StartAsync(string[] wrapper, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-led-");
        var process = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            [
                .. wrapper, .. InitRun.Managed, "--", "dotnet", BuildPaths.Program("WebApi"), "--urls", "http://127.0.0.1:0", "--Drills", "true",
                "--Orders:Database", Path.Combine(folder.FullName, "orders.db"), "--CrashShield:Drain:Delay", "00:00:01", "--CrashShield:Drain:LameDuck", "00:00:00", .. settings,
            ]);
        try
        {
            var client = new HttpClient { BaseAddress = await process.WaitForAddressAsync(Deadline) };
            // crashshield-init: worker 123 (generation 1, version 0.1.0.0) serves
            var line = await process.WaitForErrorLineAsync(line => line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
            var worker = int.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
            return new(process, folder, client, worker) { InitId = ProcessStatus.Parent(worker) };
        }
        catch
        {
            await process.DisposeAsync();
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>A request that takes so long, once it has begun.</summary>
    public async Task<Task<HttpResponseMessage>> BeginRequestAsync(int milliseconds)
    {
        var request = Client.GetAsync($"/drill/wait?ms={milliseconds}", TestContext.Current.CancellationToken);
        await Poll.UntilAsync(
            // The scrape is the other.
            async () => SampleProcess.SumOf(await Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), "http_server_active_requests{") == 2,
            "the request is being served");
        return request;
    }

    public Task<int> WaitForExitAsync() => Process.WaitForExitAsync(Deadline);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // A SIGKILL of the wrapper would leave them behind.
        foreach (var process in new[] { InitId, WorkerId })
        {
            if (Directory.Exists($"/proc/{process}"))
                ProcessSignal.Send(process, UnixSignal.Kill);
        }

        await Process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

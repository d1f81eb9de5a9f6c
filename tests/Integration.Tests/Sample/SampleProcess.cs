using System.Globalization;
using System.Net;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Sample;

/// <summary>The real sample as a process on a free port, its drills on, its database in a folder that goes with it.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder;

    private SampleProcess(ChildProcess process, DirectoryInfo folder, Uri address)
    {
        Process = process;
        _folder = folder;
        Address = address.GetLeftPart(UriPartial.Authority);
        Client = new HttpClient { BaseAddress = address };
    }

    public ChildProcess Process { get; }

    public string Address { get; }

    public HttpClient Client { get; }

    public static Task<SampleProcess> StartAsync(IReadOnlyDictionary<string, string>? environment = null, params string[] arguments) =>
        StartBlockingAsync("", null, environment, arguments);

    /// <summary>Starts it with signals blocked, as an init process does: <c>USR1,USR2</c>.</summary>
    public static Task<SampleProcess> StartBlockingAsync(
        string signals, Func<ChildProcess, Task>? early = null, IReadOnlyDictionary<string, string>? environment = null, params string[] arguments) =>
        StartAsync(["dotnet", BuildPaths.Program("WebApi")], signals, early, environment, arguments);

    /// <summary>Starts it as it was published elsewhere.</summary>
    public static Task<SampleProcess> StartPublishedAsync(string program, IReadOnlyDictionary<string, string>? environment = null, params string[] arguments) =>
        StartAsync([program], "", null, environment, arguments);

    /// <summary>Starts it as the worker of a crashshield-init, whose process is the one that is told.</summary>
    /// <param name="options">Of the init.</param>
    /// <param name="arguments">Of the sample.</param>
    public static Task<SampleProcess> StartLedAsync(string[] options, params string[] arguments) =>
        StartAsync(["dotnet", BuildPaths.Program("crashshield-init"), .. options, "--", "dotnet", BuildPaths.Program("WebApi")], "", null, null, arguments);

    private static async Task<SampleProcess> StartAsync(
        string[] program, string signals, Func<ChildProcess, Task>? early, IReadOnlyDictionary<string, string>? environment, string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-sample-");
        var process = ChildProcess.StartCommand(
            environment ?? new Dictionary<string, string>(),
            [
                .. program,
                "--urls", "http://127.0.0.1:0", "--Drills", "true", "--Orders:Database", Path.Combine(folder.FullName, "orders.db"),
                "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00", .. arguments,
            ],
            signals);
        try
        {
            if (early is not null)
                await early(process);
            return new(process, folder, await process.WaitForAddressAsync(Deadline));
        }
        catch
        {
            await process.DisposeAsync();
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Waits until the series whose line in <c>/metrics</c> begins so have a sum.</summary>
    public async Task WaitForMetricAsync(string series, double expected)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var sum = double.NaN;
        try
        {
            while (true)
            {
                sum = SumOf(await Client.GetStringAsync("/metrics", deadline.Token), series);
                if (sum.Equals(expected))
                    return;
                await Task.Delay(20, deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{series} is {sum}, not {expected}. The sample printed: {string.Join('\n', Process.Output)}");
        }
    }

    /// <summary>The sum of the series whose line in <c>/metrics</c> begins so; 0 without any.</summary>
    public async Task<double> MetricAsync(string series) =>
        SumOf(await Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), series);

    /// <summary>Has clients ask, each again as soon as it is answered. Fails when an answer is not a good one.</summary>
    public Task LoadAsync(int clients, int requests, string path, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, TestContext.Current.CancellationToken);
            for (var i = 0; i < requests; i++)
            {
                using var answer = await Client.GetAsync(path, either.Token);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }));

    public static double SumOf(string metrics, string series) => metrics.Split('\n')
        .Where(line => line.StartsWith(series, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>Asks the sample to stop, as an orchestrator does.</summary>
    /// <returns>Its exit status.</returns>
    public Task<int> StopAsync()
    {
        Process.Signal(UnixSignal.Term);
        return Process.WaitForExitAsync(Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

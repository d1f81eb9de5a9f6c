using System.Globalization;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Errors;

/// <summary>One of the compared servers, running, and what its rounds have shown.</summary>
internal sealed class Side : IAsyncDisposable
{
    private static readonly KeyValuePair<string, string?> NoAdmission = new("CrashShield__Admission__Enabled", "false");

    private readonly ChildProgram _server;
    private readonly string _path;
    private readonly string _port;
    private readonly List<LoadResult> _rounds = [];
    private readonly List<double> _cpuMicroseconds = [];

    private Side(string name, string path, ChildProgram server, string port) => (Name, _path, _server, _port) = (name, path, server, port);

    public string Name { get; }

    public IReadOnlyList<LoadResult> Rounds => _rounds;

    /// <summary>Of each round, the processor time of the server for one request: less disturbed by others on the machine than throughput is.</summary>
    public IReadOnlyList<double> CpuRounds => _cpuMicroseconds;

    public double PerSecond => Median.Of(_rounds.Select(round => round.PerSecond));

    public double CpuMicroseconds => Median.Of(_cpuMicroseconds);

    public bool IsAllOk => _rounds.TrueForAll(round => round.IsAllOk);

    /// <summary>Says what does not run with its default.</summary>
    public static void TellChanges(DrillReport report) => report.Change(
        NoAdmission.Key, NoAdmission.Value!, "throughput is compared at a full core; a closed loop that fills it is an overload, of which some would be refused");

    public static async Task<Side> StartAsync(string name, string path, SpanSink? spans, CancellationToken cancellationToken)
    {
        var server = ChildProgram.Start(BuildPaths.Servers, [name], Core.OfServers, environment: [NoAdmission, .. spans?.Environment ?? []]);
        var side = new Side(name, path, server, await server.ReadLineAsync(cancellationToken));
        await side.ScrapeAsync(cancellationToken);
        return side;
    }

    public Task WarmUpAsync(TimeSpan duration, CancellationToken cancellationToken) => LoadAsync(duration, cancellationToken);

    public async Task RunRoundAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var before = ProcFs.CpuTime(_server.Id);
        var round = await LoadAsync(duration, cancellationToken);
        _rounds.Add(round);
        _cpuMicroseconds.Add((ProcFs.CpuTime(_server.Id) - before).TotalMicroseconds / Math.Max(1, round.Ok));
        Console.WriteLine($"  {Name,-18} {round.PerSecond,8:F0} requests/s, {_cpuMicroseconds[^1]:F1} µs of processor each");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // prometheus-net's adapter for meters starts with the first scrape; sides without metrics do not know the path.
    private async Task ScrapeAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var metrics = await http.GetAsync(new Uri($"http://127.0.0.1:{_port}/metrics"), cancellationToken);
    }

    private async Task<LoadResult> LoadAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            $"http://127.0.0.1:{_port}{_path}", "--status", "500", "--warmup", "0.2", "--duration", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        await using var load = ChildProgram.Start(BuildPaths.Load, arguments, Core.OfLoad);
        return LoadResult.FromJson(await load.ReadLineAsync(cancellationToken));
    }
}

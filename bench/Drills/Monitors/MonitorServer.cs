using System.Net.Http.Json;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Monitors;

/// <summary>The shield with all of its monitors, with some, or with none. A closed loop that fills a core is an overload, so none of them sheds.</summary>
internal sealed class MonitorServer : IAsyncDisposable
{
    private const string OwnThread = "shield ";

    // The one that only monitors have; those of the schedule wait for SIGTERM too.
    private const string Probe = "shield queue de";
    private const int Connections = 32;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly KeyValuePair<string, string?> NoAdmission = new("CrashShield__Admission__Enabled", "false");

    private readonly ChildProgram _process;
    private readonly HttpClient _client;

    private MonitorServer(ChildProgram process, string port)
    {
        _process = process;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public int Id => _process.Id;

    /// <summary>Says what does not run with its default.</summary>
    public static void TellChanges(DrillReport report) => report.Change(
        NoAdmission.Key, NoAdmission.Value!, "throughput is compared at a full core; a closed loop that fills it is an overload, of which some would be refused");

    public static Task<MonitorServer> WithAllAsync(CancellationToken cancellationToken) => StartAsync("shield", [], cancellationToken);

    public static Task<MonitorServer> WithOnlyAsync(string monitors, CancellationToken cancellationToken) =>
        StartAsync("shield-without-monitors", [new("MONITORS", monitors)], cancellationToken);

    /// <summary>Whether all monitors run.</summary>
    public bool HasMonitors => ProcFs.ThreadsNamed(Id, Probe) > 0;

    /// <summary>The threads of monitors, with what each has used.</summary>
    public IEnumerable<(string Name, TimeSpan Used)> Threads() => ProcFs.Threads(Id).Where(thread => thread.Name.StartsWith(OwnThread, StringComparison.Ordinal));

    /// <summary>Starts all monitors in it, or stops them.</summary>
    public async Task SwitchAsync(bool on, CancellationToken cancellationToken)
    {
        await _client.GetStringAsync(on ? "/monitors/start" : "/monitors/stop", cancellationToken);
        if (!await Until.IsSoAsync(() => Task.FromResult(HasMonitors == on), Deadline, cancellationToken))
            throw new InvalidOperationException($"The monitors' threads are not as they should be: {Threads().Count()} of them.");
    }

    public Task<LoadResult> LoadAsync(TimeSpan duration, long count = long.MaxValue) => new ClosedLoop(new(
        Target.Parse(new Uri(_client.BaseAddress!, "/ok").ToString()), Connections, duration, count, Warmup: TimeSpan.Zero, Rate: null, Status: 200,
        Good: TimeSpan.FromSeconds(1))).RunAsync();

    public Task CollectAsync(CancellationToken cancellationToken) => _client.GetStringAsync("/collect", cancellationToken);

    /// <summary>What it allocates in each second in which it has nothing to do.</summary>
    public async Task<long[]> IdleBytesAsync(int seconds, CancellationToken cancellationToken) =>
        (await _client.GetFromJsonAsync<long[]>($"/idle-bytes?seconds={seconds}", cancellationToken))!;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _process.DisposeAsync();
    }

    private static async Task<MonitorServer> StartAsync(string peer, IEnumerable<KeyValuePair<string, string?>> environment, CancellationToken cancellationToken)
    {
        var process = ChildProgram.Start(BuildPaths.Servers, [peer], Core.OfServers, environment: [NoAdmission, .. environment]);
        return new(process, await process.ReadLineAsync(cancellationToken));
    }
}

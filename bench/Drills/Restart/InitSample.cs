using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Restart;

/// <summary>The real sample under <c>crashshield-init</c>, with an endpoint of each kind.</summary>
internal sealed class InitSample : IRestarting
{
    private const string Asked = "/version";
    private const string WarmUpPaths = "CrashShield:Handoff:WarmUpPaths";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly DirectoryInfo _directory;
    private readonly Published _program;
    private readonly ChildProgram _init;
    private readonly Dictionary<RestartEndpoint, int> _ports;
    private readonly HttpClient _client;

    private InitSample(DirectoryInfo directory, Published program, ChildProgram init, Dictionary<RestartEndpoint, int> ports, InitLog log)
    {
        (_directory, _program, _init, _ports, Log) = (directory, program, init, ports, log);
        // A connection for each request: one that is kept would stay with the old worker.
        _client = new HttpClient { BaseAddress = Url(RestartEndpoint.Http), DefaultRequestHeaders = { ConnectionClose = true }, Timeout = Deadline };
    }

    public string Name => "crashshield";

    public int InitId => _init.Id;

    /// <summary>What it says of its restarts.</summary>
    public InitLog Log { get; }

    /// <summary>Says what does not run with its default in every drill that starts it.</summary>
    public static void TellChanges(DrillReport report) =>
        report.Change(WarmUpPaths, $"{Asked}, /healthz", "the application names the paths that its clients ask for, as docs/handoff.md advises");

    public static async Task<InitSample> StartAsync(Published program, string[] initOptions, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("crashshield-restart-");
        // Its own settings, which it looks for where its orders are.
        File.Copy(Path.Combine(Path.GetDirectoryName(program.WebApi)!, "appsettings.json"), Path.Combine(directory.FullName, "appsettings.json"));
        var ports = Enum.GetValues<RestartEndpoint>().ToDictionary(endpoint => endpoint, _ => FreePort.Take());
        var log = new InitLog();
        var init = ChildProgram.Run(
            [
                program.Init, .. initOptions, "--control", Path.Combine(directory.FullName, "control"),
                "--", "dotnet", program.WebApi, .. Arguments(directory, ports),
            ],
            directory.FullName, onLine: _ => { }, onErrorLine: log.Add);
        var sample = new InitSample(directory, program, init, ports, log);
        try
        {
            await sample.VersionAsync(version => version is not null, cancellationToken);
        }
        catch
        {
            await sample.DisposeAsync();
            throw;
        }

        return sample;
    }

    public Uri Url(RestartEndpoint endpoint) => new($"{(endpoint == RestartEndpoint.Tls ? "https" : "http")}://127.0.0.1:{_ports[endpoint]}{Asked}");

    Uri? IRestarting.Url(RestartEndpoint endpoint) => Url(endpoint);

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var old = await VersionAsync(version => version is not null, cancellationToken);
        ChildProgram.Signal(_init.Id, UnixSignal.Usr2);
        await VersionAsync(version => version?.Generation > old.Generation, cancellationToken);
        if (!await Until.IsSoAsync(() => Task.FromResult(!Directory.Exists($"/proc/{old.Pid}")), Deadline, cancellationToken))
            throw new InvalidOperationException($"The old worker, {old.Pid}, is still there after {Deadline}.");
    }

    /// <summary>Who serves, once it is as expected.</summary>
    public Task<WorkerVersion> VersionAsync(Predicate<WorkerVersion?> expected, CancellationToken cancellationToken) => VersionAsync(expected, Poll, cancellationToken);

    /// <summary>The same, to be measured: a request that was cut is made again at once.</summary>
    public Task<WorkerVersion> NextVersionAsync(Predicate<WorkerVersion?> expected, CancellationToken cancellationToken) => VersionAsync(expected, Tick, cancellationToken);

    /// <summary>What the next worker reads at its start, over its own settings.</summary>
    public void Configure(string settings) => File.WriteAllText(Path.Combine(_directory.FullName, "appsettings.Production.json"), settings);

    /// <summary>Gives a command to the init.</summary>
    /// <returns>Its exit status and what it has printed, what it says of a failure last.</returns>
    public async Task<(int Exit, IReadOnlyList<string> Lines)> CommandAsync(string command, CancellationToken cancellationToken)
    {
        var (lines, errors) = (new List<string>(), new List<string>());
        await using var client = ChildProgram.Run(
            [_program.Init, command, "--control", Path.Combine(_directory.FullName, "control")], onLine: lines.Add, onErrorLine: errors.Add);
        return (await client.WaitForExitAsync(cancellationToken), [.. lines, .. errors]);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_init.HasExited)
        {
            _init.Terminate();
            using var bound = new CancellationTokenSource(Deadline);
            await _init.WaitForExitAsync(bound.Token);
        }

        await _init.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<WorkerVersion> VersionAsync(Predicate<WorkerVersion?> expected, TimeSpan poll, CancellationToken cancellationToken)
    {
        WorkerVersion? seen = null;
        var came = await Until.IsSoAsync(
            async () =>
            {
                try
                {
                    seen = await _client.GetFromJsonAsync<WorkerVersion>(Asked, cancellationToken);
                }
                catch (HttpRequestException)
                {
                    seen = null;
                }

                return expected(seen);
            },
            poll, Deadline, cancellationToken);
        return came && seen is not null ? seen : throw new InvalidOperationException($"Seen was {seen}, after {Deadline}.");
    }

    private static string[] Arguments(DirectoryInfo directory, Dictionary<RestartEndpoint, int> ports) =>
    [
        "--environment", "Production", "--Drills", "true", "--contentRoot", directory.FullName, "--Orders:Database", Path.Combine(directory.FullName, "orders.db"),
        $"--{WarmUpPaths}:0", Asked, $"--{WarmUpPaths}:1", "/healthz",
        "--Kestrel:Endpoints:Http:Url", $"http://127.0.0.1:{ports[RestartEndpoint.Http]}",
        "--Kestrel:Endpoints:Http2:Url", $"http://127.0.0.1:{ports[RestartEndpoint.Http2]}", "--Kestrel:Endpoints:Http2:Protocols", "Http2",
        "--Kestrel:Endpoints:Tls:Url", $"https://127.0.0.1:{ports[RestartEndpoint.Tls]}", "--Kestrel:Endpoints:Tls:Certificate:Path", Certificate(directory),
    ];

    private static string Certificate(DirectoryInfo directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var path = Path.Combine(directory.FullName, "localhost.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx));
        return path;
    }
}

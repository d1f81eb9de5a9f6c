using System.Text.Json.Nodes;
using CrashShield.Drills.Processes;
using CrashShield.Drills.Services;

namespace CrashShield.Drills.Chaos;

/// <summary>The sample under <c>crashshield-init</c> with a spare, in a process group of its own, and whoever starts it again after it was told to stop.</summary>
internal sealed class ChaosService : IAsyncDisposable
{
    public const string Restarts = "1000/60s";

    /// <summary>In the environment of each of its processes.</summary>
    public const string Mark = "CRASHSHIELD_CHAOS";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly Published _program;
    private readonly ChaosFolder _folder;
    private readonly int _port = FreePort.Take();
    private readonly int _extraPort = FreePort.Take();
    private ChildProgram? _init;

    public ChaosService(Published program, ChaosFolder folder) => (_program, _folder) = (program, folder);

    public string Id { get; } = Guid.NewGuid().ToString("N");

    public int InitId => _init?.Id ?? throw new InvalidOperationException("There is no init.");

    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>An endpoint that its settings have at times.</summary>
    public int ExtraPort => _extraPort;

    public string SocketFile => _folder.PathOf("app.sock");

    public string Control => _folder.PathOf("control");

    public void Start()
    {
        _init = ChildProgram.Run(
            [
                "setsid", _program.Init, "--spare", "--probation", "1s", "--restarts", Restarts, "--snapshots", _folder.Disk, "--control", Control,
                "--", "dotnet", _program.WebApi,
                "--environment", "Production", "--Drills", "true", "--contentRoot", _folder.PathOf(""), "--Orders:Database", _folder.PathOf("orders.db"),
                "--Kestrel:Endpoints:Http:Url", $"{Url}", "--Kestrel:Endpoints:Unix:Url", $"http://unix:{SocketFile}",
            ],
            _folder.PathOf(""),
            [
                new(Mark, Id), new("LD_PRELOAD", _folder.ClockLibrary), new("CRASHSHIELD_CLOCK", _folder.Clock),
            ],
            onLine: _ => { },
            onErrorLine: static line => Console.Error.WriteLine($"  {line}"));
    }

    /// <summary>What the init says of itself; null while nobody answers.</summary>
    public async Task<JsonNode?> StatusAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            return await InitControl.AskAsync(Control, "status", bound.Token);
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Waits until one serves, one waits, and no other is there.</summary>
    public Task<bool> IsAtRestAsync(CancellationToken cancellationToken) => Until.IsSoAsync(
        async () => await StatusAsync(cancellationToken) is { } status && (string?)status["state"] == "serving" && (int?)status["retiring"] == 0 && (string?)status["spare"]?["step"] == "ready",
        Deadline, cancellationToken);

    /// <summary>Has its settings name one more endpoint, or not; a server that runs reads them anew by itself.</summary>
    public void Configure(bool hasExtra) => File.WriteAllText(
        _folder.PathOf("appsettings.Production.json"), hasExtra ? $$"""{ "Kestrel": { "Endpoints": { "Extra": { "Url": "http://127.0.0.1:{{_extraPort}}" } } } }""" : "{}");

    /// <summary>Sends a signal to its whole process group.</summary>
    public void SignalGroup(int signal) => ChildProgram.Signal(-InitId, signal);

    /// <returns>The exit status, or null when it has not ended in time.</returns>
    public async Task<int?> EndAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Deadline);
        try
        {
            var exit = await _init!.WaitForExitAsync(bound.Token);
            await _init.DisposeAsync();
            _init = null;
            return exit;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // By the mark alone: whatever it is, this drill has started it.
        foreach (var left in MarkedProcesses.Of(Mark, Id))
            MarkedProcesses.Kill(left);
        if (_init is not null)
            await _init.DisposeAsync();
    }
}

using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text.Json;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Snapshots;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Snapshots;

public sealed class SnapshotReactionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CrashShieldOptions _options = new();
    private readonly List<string> _outcomes = [];
    private readonly List<(string? Event, string Text)> _log = [];
    private readonly ShieldMeter _meter;
    private readonly HealthCircuit _circuit;
    private SnapshotReaction _reaction;

    public SnapshotReactionTests()
    {
        _options.Snapshots.Directory = Directory.CreateTempSubdirectory("snapshots").FullName;
        _time.SetUtcNow(TimeProvider.System.GetUtcNow());
        _meter = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        _meter.AttachTo(instrument => instrument.Name != "crashshield.snapshots" ? null : (_, tags) => _outcomes.Add($"{tags[0].Value} {tags[1].Value}"));
        _circuit = new(_meter, NullLogger<HealthCircuit>.Instance, Options.Create(_options), _time);
        _circuit.Report(_circuit.Add("memory"), new(0.95, "the heap uses 95 of 100 MiB"));
        _reaction = Create(GcReport.Step);
    }

    private string[] Bundles => Directory.GetDirectories(_options.Snapshots.Directory);

    public void Dispose() => Directory.Delete(_options.Snapshots.Directory, recursive: true);

    [Fact]
    public async Task TripCausedByMemoryIsSavedOnce()
    {
        await Change(CircuitLevel.Closed, CircuitLevel.Degraded);
        await Change(CircuitLevel.Degraded, CircuitLevel.Open);
        await Change(CircuitLevel.Open, CircuitLevel.Degraded);

        var bundle = Assert.Single(Bundles);
        Assert.Equal($"crash-{_time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{Environment.ProcessId}-memory", Path.GetFileName(bundle));
        Assert.Equal(["memory written"], _outcomes);
        Assert.Single(_log);
    }

    [Theory]
    [InlineData("container: memory: 190 MiB of 200 MiB in use (95 %)")]
    [InlineData("leaks: 12000 tasks are stuck")]
    public async Task TripThatTheHeapTellsOfIsSavedToo(string reason)
    {
        await Change(CircuitLevel.Closed, CircuitLevel.Degraded, reason);
        Assert.EndsWith("-" + reason[..reason.IndexOf(':')], Assert.Single(Bundles), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("container: cpu: throttled in 90 % of the periods of 60 s, 95 % of the quota used")]
    [InlineData("container: pids: 80 of 100 tasks")]
    [InlineData("health-checks: database is Unhealthy")]
    public async Task TripThatTheHeapTellsNothingOfIsNotSaved(string reason)
    {
        await Change(CircuitLevel.Closed, CircuitLevel.Degraded, reason);
        Assert.Empty(Bundles);
    }

    [Fact]
    public async Task RetentionLeavesAloneWhatIsNotOurs()
    {
        var theirs = Directory.CreateDirectory(Path.Combine(_options.Snapshots.Directory, "crash-mine"));
        var old = Directory.CreateDirectory(Path.Combine(_options.Snapshots.Directory, "crash-20200101T000000Z-1-memory"));
        foreach (var directory in new[] { theirs, old })
            directory.LastWriteTimeUtc = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        await Change(CircuitLevel.Closed, CircuitLevel.Degraded);

        Assert.Equal((true, false), (Directory.Exists(theirs.FullName), Directory.Exists(old.FullName)));
    }

    [Fact]
    public async Task ChangeOutOfClosedMayHaveBeenLeftOut()
    {
        await Change(CircuitLevel.Degraded, CircuitLevel.Open);
        Assert.Single(Bundles);
    }

    [Fact]
    public async Task MemoryThatComesInTroubleAfterAnotherSourceIsSavedToo()
    {
        await Change(CircuitLevel.Closed, CircuitLevel.Open, "thread-pool: work items wait 3000 ms for a thread");
        Assert.Empty(Bundles);
        await Change(CircuitLevel.Open, CircuitLevel.Open);
        await Change(CircuitLevel.Open, CircuitLevel.Open, "container: memory: 190 MiB of 200 MiB in use (95 %)");
        Assert.EndsWith("-memory", Assert.Single(Bundles), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherReasonsAndSwitchedOffSaveNothing()
    {
        await Change(CircuitLevel.Closed, CircuitLevel.Open, "thread-pool: work items wait 3000 ms for a thread");
        await Change(CircuitLevel.Closed, CircuitLevel.Open, null);
        _options.Snapshots.Enabled = false;
        await Change(CircuitLevel.Closed, CircuitLevel.Open);
        Assert.Empty(Bundles);
        Assert.Empty(_outcomes);
    }

    [Fact]
    public async Task AtMostOneInFiveMinutes()
    {
        for (var i = 0; i < 10; i++)
        {
            await Change(CircuitLevel.Closed, CircuitLevel.Open);
            await Change(CircuitLevel.Open, CircuitLevel.Closed);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(2, Bundles.Length);
        Assert.Equal((2, 8), (_outcomes.Count(outcome => outcome == "memory written"), _outcomes.Count(outcome => outcome == "memory limited")));
    }

    [Fact]
    public async Task ManifestDescribesEveryFile()
    {
        _reaction = Create(new("broken.json", _ => throw new IOException("No space left on device")), GcReport.Step);
        await Change(CircuitLevel.Closed, CircuitLevel.Open);

        var bundle = Assert.Single(Bundles);
        Assert.Equal(["gc.json", "manifest.json"], Directory.GetFiles(bundle).Select(Path.GetFileName).Order());
        var manifest = Read(bundle, "manifest.json");
        Assert.Equal((1, "memory"), (manifest.GetProperty("schema").GetInt32(), manifest.GetProperty("reason").GetString()));
        Assert.Equal("the heap uses 95 of 100 MiB", manifest.GetProperty("trigger").GetProperty("sources")[0].GetProperty("reason").GetString());
        Assert.Equal(
            ["broken.json failed System.IO.IOException: No space left on device", "gc.json ok "],
            manifest.GetProperty("steps").EnumerateArray().Select(step => $"{step.GetProperty("name")} {step.GetProperty("status")} {step.GetProperty("why")}"));
        var file = Assert.Single(manifest.GetProperty("files").EnumerateArray().ToArray());
        var content = await File.ReadAllBytesAsync(Path.Combine(bundle, "gc.json"));
        Assert.Equal((content.Length, Convert.ToHexStringLower(SHA256.HashData(content))), (file.GetProperty("size").GetInt32(), file.GetProperty("sha256").GetString()));

        var gc = Read(bundle, "gc.json");
        Assert.True(gc.GetProperty("usedBytes").GetInt64() > 0);
        Assert.Equal(["Ephemeral", "Background", "FullBlocking"], gc.GetProperty("last").EnumerateArray().Select(last => last.GetProperty("kind").GetString()));
        Assert.Equal(5, gc.GetProperty("last")[0].GetProperty("generations").GetArrayLength());
    }

    [Fact]
    public async Task OnlyTheOwnerCanReadIt()
    {
        if (OperatingSystem.IsWindows())
            return;

        _options.Snapshots.Directory = Path.Combine(_options.Snapshots.Directory, "made");
        _reaction = Create(GcReport.Step);
        await Change(CircuitLevel.Closed, CircuitLevel.Open);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_options.Snapshots.Directory));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Bundles[0]));
        foreach (var file in Directory.GetFiles(Bundles[0]))
            Assert.Equal(Owner, File.GetUnixFileMode(file));
        _options.Snapshots.Directory = Path.GetDirectoryName(_options.Snapshots.Directory)!;
    }

    [Fact]
    public async Task DirectoryThatCannotBeWrittenIsReportedInOneLine()
    {
        // A file in its place: not even root can make a directory there.
        var directory = _options.Snapshots.Directory;
        _options.Snapshots.Directory = Path.Combine(directory, "file");
        await File.WriteAllTextAsync(_options.Snapshots.Directory, "");
        _reaction = Create(GcReport.Step);
        await Change(CircuitLevel.Closed, CircuitLevel.Open);
        _options.Snapshots.Directory = directory;

        Assert.Equal(["memory failed"], _outcomes);
        var (name, text) = Assert.Single(_log);
        Assert.Equal("SnapshotFailed", name);
        Assert.DoesNotContain('\n', text);
    }

    [Fact]
    public async Task NoTimeLeftSkipsTheSteps()
    {
        await _reaction.ReactAsync(new(CircuitLevel.Closed, CircuitLevel.Open, "memory: full", _time.GetUtcNow()), new(canceled: true));
        Assert.Equal("skipped", Read(Bundles[0], "manifest.json").GetProperty("steps")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task OldBundlesMakeRoom()
    {
        for (var i = 0; i < 14; i++)
        {
            await Change(CircuitLevel.Closed, CircuitLevel.Open);
            _time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(10, Bundles.Length);
        var abandoned = Directory.CreateDirectory(Path.Combine(_options.Snapshots.Directory, "crash-20200101T000000Z-1-memory.partial")).FullName;
        Directory.CreateDirectory(Path.Combine(_options.Snapshots.Directory, "not-ours"));
        _time.Advance(TimeSpan.FromDays(8));
        await Change(CircuitLevel.Closed, CircuitLevel.Open);
        Assert.Equal(2, Bundles.Length);
        Assert.DoesNotContain(abandoned, Bundles);
    }

    private SnapshotReaction Create(params SnapshotStep[] steps) => new(
        _circuit, new(_options.Snapshots.Directory, steps, _time), new(_meter), Options.Create(_options), new ListLogger(_log), _time);

    private Task Change(CircuitLevel from, CircuitLevel to, string? reason = "memory: the heap uses 95 of 100 MiB") =>
        _reaction.ReactAsync(new(from, to, to == CircuitLevel.Closed ? null : reason, _time.GetUtcNow()), CancellationToken.None);

    private static JsonElement Read(string bundle, string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(bundle, file))).RootElement;

    private sealed class ListLogger(List<(string? Event, string Text)> log) : ILogger<SnapshotReaction>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add((eventId.Name, formatter(state, exception) + exception));
    }
}

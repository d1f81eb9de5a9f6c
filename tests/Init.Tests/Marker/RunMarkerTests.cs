using CrashShield.Init.Marker;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Marker;

public sealed class RunMarkerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("init-marker").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void ACrashIsToldToTheNextWorkerAndTheNextRun()
    {
        var marker = Open();
        marker.Serves(11, 1);
        Assert.Equal(DeathKind.Signal, marker.Died(ExitStatus.FromWait(0x8b), 1, null).Kind);
        marker.Ended();
        marker.Save();

        Assert.Equal(139, Open().LastDeath!.Code);
    }

    [Fact]
    public void AKilledInitIsSeenAtTheNextStart()
    {
        Open().Begin();

        Assert.Equal(DeathKind.InitKilled, Open().LastDeath!.Kind);
    }

    /// <summary>The counter of a new container begins anew: what is left to go by is that the kernel kills all at once.</summary>
    [Fact]
    public void AKilledInitWhoseCgroupIsKilledAsOneHasMostLikelyRunOutOfMemory()
    {
        var group = Path.Combine(_directory, "memory.oom.group");
        File.WriteAllText(group, "1\n");
        RunMarker.Open(_directory, new OomCounter(null, group), isContinued: false, _time).Begin();

        Assert.Equal(DeathKind.InitKilled, Open().LastDeath!.Kind);
        Assert.Contains("memory.oom.group is set", Open().LastDeath!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void AKillAfterTheRequestToStopIsTheOrchestrators()
    {
        var marker = Open();
        marker.Serves(11, 1);
        marker.Stopping();
        marker.Save();

        Assert.Equal(DeathKind.Orchestrator, Open().LastDeath!.Kind);
    }

    [Fact]
    public void AKillWithTheKernelsCounterGrownIsOutOfMemory()
    {
        using var events = new MemoryEvents();
        var marker = RunMarker.Open(_directory, events.Counter, isContinued: false, _time);
        marker.Serves(11, 1);
        events.Kill();

        Assert.Equal(DeathKind.OutOfMemory, marker.Died(ExitStatus.FromWait(9), 1, null).Kind);
    }

    [Fact]
    public void ADamagedMarkerIsNone()
    {
        File.WriteAllText(Path.Combine(_directory, "run.json"), """{"schema":1,"pid":""");

        Assert.Null(Open().LastDeath);
    }

    [Fact]
    public void TheMarkerIsItsOwnersAlone()
    {
        Open().Begin();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory, "run.json")));
    }

    [Fact]
    public void ADirectoryThatCannotBeMadeEndsTheStart()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");

        var failure = Assert.Throws<InitException>(
            () => RunMarker.Open(Path.Combine(file, "below"), new OomCounter(null), isContinued: false, _time));
        Assert.Equal(73, failure.ExitCode);
    }

    private RunMarker Open() => RunMarker.Open(_directory, new OomCounter(null), isContinued: false, _time);
}

using CrashShield.Init.Marker;

namespace CrashShield.Init.Tests.Workers;

/// <summary>The run marker is written when the workers have been seen to: the disk may hang.</summary>
public sealed class LeadMarkerTests : LeadTestBase, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("init-lead").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void TheFirstWorkerIsWrittenDownAtOnce()
    {
        Start(snapshots: _directory);

        Assert.Equal(1, Run.Generation);
    }

    [Fact]
    public void TermIsPassedOnBeforeItIsWrittenDown()
    {
        var lead = StartServing(snapshots: _directory);
        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("TERM", Workers.Told(1));
        Assert.False(Run.IsStopping);
        lead.Tick();

        Assert.True(Run.IsStopping);
    }

    [Fact]
    public void TheNextWorkerIsStartedBeforeTheDeathIsWrittenDown()
    {
        var lead = StartServing(snapshots: _directory);
        lead.Exited(101, Abort);
        Assert.Null(Run.LastDeath);
        lead.Tick();

        Assert.Equal(102, lead.Serving!.ProcessId);
        Assert.Equal(134, Run.LastDeath!.Code);
        Assert.Equal(2, Run.Generation);
    }

    [Fact]
    public void TheSpareIsOpenedBeforeTheDeathIsWrittenDown()
    {
        var lead = StartServing(spare: true, snapshots: _directory);
        Advance(lead, 1);
        Workers.Say(2, "hello", "ready");
        Workers.Told(2);
        lead.Exited(101, Abort);

        Assert.Equal("open+death", Workers.Told(2));
        Assert.Null(Run.LastDeath);
    }

    [Fact]
    public void ItNamesWhoServesAndNeitherASpareNorOneThatWasRolledBack()
    {
        var lead = StartServing(spare: true, snapshots: _directory);
        Advance(lead, 1);
        Assert.Equal((101, 1), (Run.WorkerProcessId, Run.Generation));

        Swap(lead, 1, 3);
        lead.Tick();
        lead.Exited(103, Killed);
        lead.Tick();
        Assert.Equal((101, 1), (Run.WorkerProcessId, Run.Generation));
    }

    [Fact]
    public void TheEndIsWrittenDownAtOnce()
    {
        var lead = StartServing(snapshots: _directory);
        lead.Exited(101, Success);

        Assert.Equal(0, lead.ExitCode);
        Assert.True(Run.HasEnded);
    }

    private RunState Run => RunStateJson.Read(File.ReadAllBytes(Path.Combine(_directory, "run.json")))!;
}

namespace CrashShield.Hosting.Tests.Signals;

public sealed class OperatorSnapshotTests : IDisposable
{
    private const string Quit = "SIGQUIT";
    private readonly SignalFixture _fixture = new();

    public OperatorSnapshotTests() => _fixture.Time.SetUtcNow(TimeProvider.System.GetUtcNow());

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void ThreeInARowAreThree()
    {
        for (var i = 0; i < 3; i++)
        {
            _fixture.Snapshot.Take(Quit);
            _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, _fixture.Bundles.Length);
        Assert.All(_fixture.Bundles, bundle => Assert.EndsWith("-sigquit", bundle, StringComparison.Ordinal));
        Assert.Equal(Enumerable.Repeat("sigquit written", 3), _fixture.Outcomes);
    }

    [Fact]
    public void TwoWithinASecondAreOne()
    {
        _fixture.Snapshot.Take(Quit);
        _fixture.Snapshot.Take(Quit);

        Assert.Single(_fixture.Bundles);
        Assert.Equal(["sigquit written", "sigquit limited"], _fixture.Outcomes);
        Assert.Single(_fixture.Log.Named("SnapshotRefused"));
    }

    [Fact]
    public void SwitchedOffSavesNothingAndSaysSo()
    {
        _fixture.Options.Snapshots.Enabled = false;
        _fixture.Snapshot.Take(Quit);

        Assert.Empty(_fixture.Bundles);
        Assert.Single(_fixture.Log.Named("SnapshotRefused"));
    }

    [Fact]
    public void AFailureIsLoggedAndCounted()
    {
        Directory.Delete(_fixture.Options.Snapshots.Directory);
        File.WriteAllText(_fixture.Options.Snapshots.Directory, "");
        _fixture.Snapshot.Take("signal 40");
        File.Delete(_fixture.Options.Snapshots.Directory);
        Directory.CreateDirectory(_fixture.Options.Snapshots.Directory);

        Assert.Equal(["signal-40 failed"], _fixture.Outcomes);
        Assert.Single(_fixture.Log.Named("SnapshotFailed"));
    }
}

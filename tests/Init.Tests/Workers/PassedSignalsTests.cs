using CrashShield.Init.Options;
using CrashShield.Init.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Workers;

public class PassedSignalsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Worker _worker = FakeWorkers.New(1);
    private readonly PassedSignals _passed;
    private bool? _handles = false;

    public PassedSignalsTests() => _passed = new PassedSignals((_, _) => _handles, _time);

    private string Told => ((FakeLink)_worker.Link).Taken();

    [Fact]
    public void OneThatTheWorkerHasAskedForGoesOverItsChannel()
    {
        _worker.Introduce("1.0.0", "b");
        _worker.TakenSignals = 1UL << 9;
        _passed.Pass(_worker, Signal.Usr1);
        Assert.Equal("signal", Told);
    }

    [Fact]
    public void OneThatItHandlesIsSent()
    {
        _handles = true;
        _passed.Pass(_worker, Signal.Usr1);
        Assert.Equal("USR1", Told);
    }

    [Fact]
    public void OneThatComesTooEarlyWaitsForTheHandler()
    {
        _passed.Pass(_worker, Signal.Usr1);
        _passed.Settle();
        Assert.Equal("", Told);
        _handles = true;
        _passed.Settle();
        Assert.Equal("USR1", Told);
        Assert.Null(_passed.Deadline.Timestamp);
    }

    [Fact]
    public void OneThatComesBeforeHelloGoesOverTheChannelThen()
    {
        _passed.Pass(_worker, Signal.Usr1);
        _worker.Introduce("1.0.0", "b");
        _worker.TakenSignals = 1UL << 9;
        _passed.Settle();
        Assert.Equal("signal", Told);
    }

    [Fact]
    public void APlainProgramGetsItInAnyCase()
    {
        _worker.Startup = Startup.Resume(_worker, StartupStep.Silent, new InitOptions().Bounds, _time);
        _passed.Pass(_worker, Signal.Usr1);
        Assert.Equal("USR1", Told);
    }

    [Fact]
    public void OneThatIsHarmlessDoesNotWait()
    {
        _passed.Pass(_worker, Signal.Winch);
        Assert.Equal("WINCH", Told);
    }

    [Fact]
    public void OneThatNobodyHandlesIsDroppedAfterAMinute()
    {
        _worker.Introduce("1.0.0", "b");
        _passed.Pass(_worker, Signal.Usr1);
        _time.Advance(TimeSpan.FromSeconds(60));
        _passed.Settle();
        _handles = true;
        _passed.Settle();
        Assert.Equal("", Told);
    }

    [Fact]
    public void WhereNobodyCanTellAWorkerThatSpeaksGetsIt()
    {
        _handles = null;
        _passed.Pass(_worker, Signal.Usr1);
        Assert.Equal("", Told);
        _worker.Introduce("1.0.0", "b");
        _passed.Settle();
        Assert.Equal("USR1", Told);
    }
}

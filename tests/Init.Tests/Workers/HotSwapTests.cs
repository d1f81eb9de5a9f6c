using CrashShield.Init.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Workers;

public class HotSwapTests
{
    private static readonly WorkerBounds Bounds = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(45));

    private readonly FakeTimeProvider _time = new();
    private readonly Worker _old = FakeWorkers.New(1);
    private readonly Worker _new = FakeWorkers.New(2);
    private readonly HotSwap<Worker> _swap;

    public HotSwapTests()
    {
        _old.Introduce("1.4.0", "a");
        _swap = new HotSwap<Worker>(_old, _new, Bounds, _time, _ => { });
    }

    private string Old => ((FakeLink)_old.Link).Taken();

    private string New => ((FakeLink)_new.Link).Taken();

    [Fact]
    public void AGoodBuildTakesOver()
    {
        _swap.Hello(FakeWorkers.Hello("1.5.0"));
        Assert.Equal("offer", Old);
        _swap.Verdict(true, null);
        Assert.Equal(("collect", "welcome"), (Old, New));
        _swap.State(new Message(ControlType.State) { Name = "count", Data = "a"u8.ToArray() });
        _swap.State(new Message(ControlType.State));
        Assert.Equal("state:count state", New);
        _swap.Ready();
        Assert.Equal(("", "open"), (Old, New));
        _swap.Opened();
        Assert.Equal(("pause", ""), (Old, New));
        _swap.Paused();
        Assert.Equal(SwapStep.Probation, _swap.Step);

        Advance(9);
        Assert.Equal("", Old);
        Advance(1);
        Assert.Equal(("stop", ""), (Old, New));
        Assert.Equal(SwapStep.Completed, _swap.Step);
    }

    [Theory]
    [InlineData(nameof(SwapStep.Hello), 60, "no hello within 60s", "")]
    [InlineData(nameof(SwapStep.Verdict), 10, "no verdict", "")]
    [InlineData(nameof(SwapStep.Ready), 60, "not ready within 60s", "")]
    [InlineData(nameof(SwapStep.Opened), 5, "not open within 5s", "")]
    public void AStepThatTakesTooLongFails(string step, int seconds, string failure, string old)
    {
        GoTo(Enum.Parse<SwapStep>(step));
        Advance(seconds - 1);
        Assert.False(_swap.HasEnded);
        Advance(1);

        AssertFailed(failure, old);
    }

    [Theory]
    [InlineData(nameof(SwapStep.Hello), "before ready", "")]
    [InlineData(nameof(SwapStep.Verdict), "before ready", "")]
    [InlineData(nameof(SwapStep.Ready), "before ready", "")]
    [InlineData(nameof(SwapStep.Opened), "before its gate was open", "")]
    [InlineData(nameof(SwapStep.Paused), "during probation", "resume")]
    [InlineData(nameof(SwapStep.Probation), "during probation", "resume")]
    public void ANewWorkerThatDiesLeavesTheOldOneServing(string step, string moment, string old)
    {
        GoTo(Enum.Parse<SwapStep>(step));
        _swap.NewDied("exited with code 134");

        AssertFailed($"exited with code 134 {moment}", old);
    }

    [Theory]
    [InlineData(nameof(SwapStep.Ready), "")]
    [InlineData(nameof(SwapStep.Probation), "resume")]
    public void ANewWorkerThatIsNotHealthyLeavesTheOldOneServing(string step, string old)
    {
        GoTo(Enum.Parse<SwapStep>(step));
        _swap.Fail("not healthy: no database");

        AssertFailed("not healthy: no database", old);
    }

    [Fact]
    public void AnotherProtocolIsRefused()
    {
        _swap.Hello(FakeWorkers.Hello(protocol: 2));

        Assert.Equal("refuse KILL", New);
        Assert.Contains("version 2 of the protocol", _swap.Failure);
    }

    [Fact]
    public void TheOldWorkersVerdictCounts()
    {
        GoTo(SwapStep.Verdict);
        _swap.Verdict(false, "the schema differs");

        Assert.Equal("refuse KILL", New);
        Assert.Equal("version 1.0.0 does not fit 1.4.0: the schema differs", _swap.Failure);
    }

    [Fact]
    public void AnOldWorkerThatDoesNotPauseIsNotWaitedFor()
    {
        GoTo(SwapStep.Paused);
        Advance(5);
        Assert.Equal(SwapStep.Probation, _swap.Step);
        Advance(10);
        Assert.Equal("stop", Old);
        Assert.Equal(SwapStep.Completed, _swap.Step);
    }

    [Theory]
    [InlineData(nameof(SwapStep.Paused))]
    [InlineData(nameof(SwapStep.Probation))]
    public void AnOldWorkerThatDiesAfterTheNewOneHasOpenedCompletesTheHandOver(string step)
    {
        GoTo(Enum.Parse<SwapStep>(step));

        Assert.True(_swap.OldDied());
        Assert.Equal(SwapStep.Completed, _swap.Step);
    }

    [Theory]
    [InlineData(nameof(SwapStep.Hello), "")]
    [InlineData(nameof(SwapStep.Verdict), "welcome state")]
    [InlineData(nameof(SwapStep.Ready), "state hurry")]
    [InlineData(nameof(SwapStep.Opened), "")]
    public void AnOldWorkerThatDiesBeforeIsReplacedByTheNewOne(string step, string told)
    {
        GoTo(Enum.Parse<SwapStep>(step));
        Assert.False(_swap.OldDied());
        var startup = Startup.Continue(_swap, after: null, Bounds, _time);
        Assert.Equal(told, New);

        if (Enum.Parse<SwapStep>(step) == SwapStep.Hello)
            startup.Hello(FakeWorkers.Hello());
        startup.Ready();
        startup.Opened();
        Assert.Equal(StartupStep.Serving, startup.Step);
    }

    [Fact]
    public void AnswersOutOfTurnChangeNothing()
    {
        _swap.Paused();
        _swap.Opened();
        _swap.Ready();
        _swap.Verdict(true, null);
        _swap.State(new Message(ControlType.State));

        Assert.Equal(SwapStep.Hello, _swap.Step);
        Assert.Equal(("", ""), (Old, New));
    }

    private void GoTo(SwapStep step)
    {
        (SwapStep Before, Action Do)[] path =
        [
            (SwapStep.Hello, () => _swap.Hello(FakeWorkers.Hello())),
            (SwapStep.Verdict, () => _swap.Verdict(true, null)),
            (SwapStep.Ready, _swap.Ready),
            (SwapStep.Opened, () => _swap.Opened()),
            (SwapStep.Paused, _swap.Paused),
        ];
        foreach (var (_, action) in path.TakeWhile(part => part.Before != step))
            action();
        Assert.Equal(step, _swap.Step);
        _ = (Old, New);
    }

    private void Advance(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _swap.Tick();
    }

    private void AssertFailed(string failure, string old)
    {
        Assert.Equal(SwapStep.Failed, _swap.Step);
        Assert.Contains(failure, _swap.Failure);
        Assert.Equal((old, "KILL"), (Old, New));
    }
}

using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class AcceptGateTests : IDisposable
{
    private readonly AcceptGate _gate = new();
    private readonly ServingState _state = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void BeginsClosedAndOpensAndClosesAgainAndAgain()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.False(_gate.IsOpen);
            Assert.False(_gate.Changed.IsCompleted);
            Assert.True(_gate.UntilClosed.IsCancellationRequested);

            _gate.Open();
            _gate.Open();
            var closed = _gate.UntilClosed;
            Assert.True(_gate.IsOpen && _gate.Changed.IsCompleted && !closed.IsCancellationRequested);

            _gate.Close();
            _gate.Close();
            Assert.True(closed.IsCancellationRequested);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneThatHasEndedWakesWhoWaitsAndDoesNotOpenAgain(bool isOpen)
    {
        if (isOpen)
            _gate.Open();
        var (changed, closed) = (_gate.Changed, _gate.UntilClosed);
        _gate.End();
        await changed.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        _gate.Open();

        Assert.Equal((true, false, false, true), (_gate.HasEnded, _gate.IsOpen, _gate.Changed.IsCompleted, closed.IsCancellationRequested));
    }

    [Fact]
    public void WorkerThatIsToldToStopEndsAGateThatIsClosedAndNoOther()
    {
        _ = new WorkerServing(_gate, _state);
        using var open = new AcceptGate();
        var serving = new WorkerServing(open, _state);
        serving.Open();
        Assert.True(_state.TryGo(ServingPhase.Draining));
        Assert.Equal((true, false), (_gate.HasEnded, open.HasEnded));

        // A pause that comes late.
        serving.Pause();
        Assert.True(open.HasEnded);
    }

    [Fact]
    public void WorkerThatPausesTellsClientsToGoAndResumes()
    {
        var serving = new WorkerServing(_gate, _state);
        serving.Open();
        _gate.Count(2);
        Assert.Equal(2, serving.Pause());
        Assert.Equal((false, ServingPhase.HandingOver, true), (_gate.IsOpen, _state.Phase, _state.IsLameDuck));

        Assert.True(serving.Resume());
        Assert.Equal((true, ServingPhase.Serving, false), (_gate.IsOpen, _state.Phase, _state.IsLameDuck));
    }

    [Fact]
    public void WorkerThatDrainsDoesNotResume()
    {
        var serving = new WorkerServing(_gate, _state);
        serving.Open();
        serving.Pause();
        Assert.True(_state.TryGo(ServingPhase.Draining));

        Assert.False(serving.Resume());
        Assert.Equal((false, ServingPhase.Draining, true), (_gate.IsOpen, _state.Phase, _state.IsLameDuck));
        Assert.False(_state.TryGo(ServingPhase.Serving));
    }
}

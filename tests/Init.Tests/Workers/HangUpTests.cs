using CrashShield.Init.Processes;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

public class HangUpTests : LeadTestBase
{
    private static readonly ExitStatus HungUp = ExitStatus.FromWait(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AWorkerThatSpeaksIsToldToStop(bool fromKernel)
    {
        var lead = StartServing();
        Route(lead, fromKernel);

        Assert.Equal("TERM", Workers.Told(1));
        lead.Exited(101, Success);
        Assert.Equal(0, lead.ExitCode);
    }

    [Fact]
    public void UnlessItTakesTheSignalForSomethingElse()
    {
        var lead = StartServing();
        lead.Serving!.TakenSignals = 1;
        Route(lead, fromKernel: false);

        Assert.Equal("signal", Workers.Told(1));
        Assert.False(lead.IsStopping);
    }

    [Fact]
    public void NohupHasItIgnored()
    {
        var lead = StartServing();
        new SignalRouter(lead, new HashSet<Signal> { Signal.Hup }).Route(new ReceivedSignal(Signal.Hup, FromKernel: false));

        Assert.Equal(("", false), (Workers.Told(1), lead.IsStopping));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void APlainProgramThatItEndsIsNotStartedAgain(bool fromKernel)
    {
        var lead = Start();
        Route(lead, fromKernel);
        Assert.Equal("HUP", Workers.Told(1));
        lead.Exited(101, HungUp);

        Assert.Equal(129, lead.ExitCode);
        Assert.True(lead.LastDeath!.IsClean);
    }

    [Fact]
    public void APlainProgramThatLivesOnGoesOn()
    {
        var lead = Start();
        Route(lead, fromKernel: false);
        Assert.False(lead.IsStopping);
        lead.Exited(101, Abort);
        Advance(lead, 0);

        Assert.Null(lead.ExitCode);
        Assert.Equal(2, Workers.Started.Count);
    }

    private static void Route(Lead lead, bool fromKernel) => new SignalRouter(lead, new HashSet<Signal>()).Route(new ReceivedSignal(Signal.Hup, fromKernel));
}

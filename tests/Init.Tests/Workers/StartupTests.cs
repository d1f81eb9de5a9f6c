using CrashShield.Init.Options;
using CrashShield.Init.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Workers;

public class StartupTests
{
    private readonly Worker _worker = FakeWorkers.New(1);

    [Fact]
    public void AServingWorkerThatHasSaidNothingToTheImageBeforeIsLedOn()
    {
        var startup = Resume(StartupStep.Silent);
        Assert.True(startup.IsPlain);
        startup.Hello(FakeWorkers.Hello());
        Assert.False(startup.IsPlain);
        startup.Ready();
        startup.Opened();

        Assert.Equal("welcome state open", Told);
        Assert.Equal(StartupStep.Serving, startup.Step);
    }

    [Fact]
    public void AServingWorkerOfTheImageBeforeIsToldNothing()
    {
        var startup = Resume(StartupStep.Serving);
        startup.Ready();

        Assert.Equal("", Told);
    }

    [Fact]
    public void ASecondProgramInTheProcessBeginsAnew()
    {
        var startup = Resume(StartupStep.Serving);
        startup.Hello(FakeWorkers.Hello("1.1.0"));
        Assert.Equal(StartupStep.Welcomed, startup.Step);
        startup.Ready();
        startup.Opened();

        Assert.Equal("welcome state open", Told);
        Assert.Equal((StartupStep.Serving, "1.1.0"), (startup.Step, _worker.Version));
    }

    [Fact]
    public void ASpareOfTheImageBeforeWaitsUntilItMayServe()
    {
        var startup = Resume(StartupStep.Ready);
        startup.Ready();
        Assert.Equal("", Told);
        startup.Open();

        Assert.Equal("open", Told);
    }

    private string Told => ((FakeLink)_worker.Link).Taken();

    private Startup Resume(StartupStep step) => Startup.Resume(_worker, step, new InitOptions().Bounds, new FakeTimeProvider());
}

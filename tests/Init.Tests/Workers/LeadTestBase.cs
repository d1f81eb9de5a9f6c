using CrashShield.Init.Hooks;
using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;
using CrashShield.Init.Options;
using CrashShield.Init.Systemd;
using CrashShield.Init.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Workers;

/// <summary>A lead with workers that are none and a clock that stands still.</summary>
public abstract class LeadTestBase
{
    private protected static ExitStatus Abort { get; } = ExitStatus.FromWait(6);

    private protected static ExitStatus Killed { get; } = ExitStatus.FromWait(9);

    private protected static ExitStatus Success { get; } = ExitStatus.FromWait(0);

    private protected FakeTimeProvider Time { get; } = new();

    private protected FakeWorkers Workers { get; } = new();

    private protected List<string> Ends { get; } = [];

    private protected List<string> Progress { get; } = [];

    private protected List<Occurrence> Raised { get; } = [];

    private protected Lead Start(int restarts = 5, bool spare = false, ListenerTable? listeners = null, OomCounter? oomCounter = null, string? snapshots = null)
    {
        var options = new InitOptions { Restarts = new RestartLimit(restarts, TimeSpan.FromSeconds(60)) };
        var bounds = options.Bounds;
        var lead = new Lead(
            Workers, listeners ?? new ListenerTable(), bounds, new RestartIntensity(options.Restarts, Time, new Random(1)),
            new SpareKeeper(spare, new RestartIntensity(options.Restarts, Time, new Random(1)), bounds, Time),
            RunMarker.Open(snapshots, oomCounter ?? new OomCounter(null), isContinued: false, Time), new Notifier(null, null, Time), Time);
        lead.RestartEnded += (succeeded, text) => Ends.Add($"{succeeded}: {text}");
        lead.Progress += Progress.Add;
        lead.ColdRestart.Ended += (succeeded, text) => Ends.Add($"{succeeded}: {text}");
        lead.Alarm.Raised += Raised.Add;
        lead.Start();
        return lead;
    }

    private protected Lead StartServing(bool spare = false, ListenerTable? listeners = null, OomCounter? oomCounter = null, string? snapshots = null)
    {
        var lead = Start(spare: spare, listeners: listeners, oomCounter: oomCounter, snapshots: snapshots);
        Workers.Say(1, "hello", "ready", "opened");
        Workers.Told(1);
        return lead;
    }

    private protected void Swap(Lead lead, int old, int @new)
    {
        Assert.Null(lead.BeginRestart("test"));
        Workers.Say(@new, "hello");
        Workers.Say(old, "verdict", "state");
        Workers.Say(@new, "ready");
        Workers.Say(@new, "opened");
        Workers.Say(old, "paused");
        Assert.Equal(SwapStep.Probation, lead.Swap!.Step);
    }

    private protected void Advance(Lead lead, int seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        lead.Tick();
    }
}

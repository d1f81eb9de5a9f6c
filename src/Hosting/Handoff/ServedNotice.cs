using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Handoff;

/// <summary>Tells crashshield-init once that this worker has accepted a connection and lived on: if it dies, the next one is started at once.</summary>
internal sealed class ServedNotice(AcceptGate gate, HandoffService handoff, ShieldSchedule schedule) : IHostedService
{
    // What its first client makes it die of shows by then.
    private static readonly TimeSpan LivesOn = TimeSpan.FromSeconds(1);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!handoff.IsLedByInit)
            return Task.CompletedTask;

        var job = schedule.Add(handoff.TellServed);
        gate.FirstAccepted = () => job.RunAfter(LivesOn);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

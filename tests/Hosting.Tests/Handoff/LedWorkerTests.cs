using System.Diagnostics.Metrics;
using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Serving;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Handoff;

/// <summary>A worker whose lead is the test.</summary>
public sealed class LedWorkerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ControlChannel _lead;
    private readonly LedWorker _worker;
    private readonly AcceptGate _gate = new();
    private readonly ServingTurns _turns = new();
    private readonly List<string> _outcomes = [];
    private readonly TaskCompletionSource<string?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LedWorkerTests()
    {
        var meter = new ShieldMeter(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        meter.AttachTo(instrument => instrument.Name != "crashshield.handoffs" ? null : (_, tags) => _outcomes.Add($"{tags[0].Value}"));
        var (ours, theirs) = SystemSockets.Pair();
        _lead = new(ours);
        var serving = new WorkerServing(_gate, new ServingState());
        var work = new BackgroundWork(_turns, serving, [], Options.Create(new HostOptions()), NullLogger<BackgroundWork>.Instance, TimeProvider.System);
        _worker = new(
            theirs, new(new(1, 0), "b", 2), serving, work, new([], NullLogger<HandoverStates>.Instance), WorkerBuild.SameMajor, new(meter), NullLogger.Instance)
        {
            Ended = _ended.SetResult,
            LeftAlone = _ => { },
            Left = (_, descriptor) => PacketSocket.Close(descriptor),
            Sole = static _ => { },
            Opened = _ => { },
        };
    }

    public void Dispose()
    {
        _worker.Dispose();
        _lead.Dispose();
        _gate.Dispose();
        _turns.Dispose();
    }

    [Fact]
    public async Task SpareThatIsNotNeededAnyMoreHasHandedOverNothing()
    {
        await GreetAsync();
        await StopAsync();
        Assert.Empty(_outcomes);
    }

    [Fact]
    public async Task WorkerRestsWhenItsWorkHasEndedAndGoesOnWhenItIsTold()
    {
        await GreetAsync();
        using (await _turns.BeginTurnAsync(TestContext.Current.CancellationToken))
        {
            _lead.Send(new(ControlType.Rest));
            Assert.False(_lead.TryReceive(TimeSpan.FromMilliseconds(100), out _));
            Assert.False(_turns.IsServing);
        }

        Assert.Equal(ControlType.Rested, Heard().Type);
        _lead.Send(new(ControlType.Work));
        using var next = await _turns.BeginTurnAsync(TestContext.Current.CancellationToken);
        Assert.True(_turns.IsServing);
    }

    [Fact]
    public async Task WorkerRefusesATypeThatItDoesNotKnow()
    {
        await GreetAsync();
        _lead.Send(new("dance"));
        var answer = Heard();
        Assert.Equal(ControlType.Refuse, answer.Type);
        Assert.Contains("dance", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkerThatHasPausedHasHandedOver()
    {
        await GreetAsync();
        _lead.Send(new(ControlType.Open));
        _lead.Send(new(ControlType.Pause));
        await StopAsync();
        Assert.Equal([HandoffMetrics.Completed], _outcomes);
    }

    [Fact]
    public async Task WorkerThatWasTakenBackHasNot()
    {
        await GreetAsync();
        _lead.Send(new(ControlType.Open));
        _lead.Send(new(ControlType.Pause));
        _lead.Send(new(ControlType.Resume));
        await StopAsync();
        Assert.Equal([HandoffMetrics.RolledBack], _outcomes);
    }

    private async Task GreetAsync()
    {
        // It waits for the answer on the thread that calls it.
        var greeting = Task.Run(() => _worker.GreetAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Equal(ControlType.Hello, Heard().Type);
        _lead.Send(new(ControlType.Welcome) { Beside = true });
        _lead.Send(new(ControlType.State));
        await greeting;
    }

    private Message Heard()
    {
        Assert.True(_lead.TryReceive(Deadline, out var packet));
        return packet!.Value.Message;
    }

    private async Task StopAsync()
    {
        _lead.Send(new(ControlType.Stop));
        Assert.Equal("Hot restart", await _ended.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken));
    }
}

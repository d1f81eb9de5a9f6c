using System.ComponentModel;
using System.Text.Json.Nodes;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Chaos;

/// <summary>What may happen to the service, each by a name. What takes time goes on beside what comes next.</summary>
internal sealed class ChaosActions(ChaosService service, ChaosFolder folder, ChaosTally tally, Random random)
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    private readonly List<Task> _going = [];
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private TimeSpan? _lastKill;
    private bool _hasExtra;

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Does one of them.</summary>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        var (name, act) = random.Next(100) switch
        {
            < 25 => ("hot restart", (Func<CancellationToken, Task>)RestartAsync),
            < 37 => ("kill of the worker", token => KillAsync("serving", token)),
            < 45 => ("kill of the spare", token => KillAsync("spare", token)),
            < 53 => ("kill of a child", KillChildAsync),
            < 65 => ("freeze", FreezeAsync),
            < 73 => ("changed settings", Configure),
            < 81 => ("full disk", FillAsync),
            < 91 => ("clock jump", Jump),
            _ => ("stop of the group", StopAsync),
        };
        Console.WriteLine($"  {tally.Now.TotalSeconds:F3} s: {name}");
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        await act(cancellationToken);
    }

    /// <summary>Waits for all that goes on, and leaves the settings as they were.</summary>
    public async Task SettleAsync()
    {
        await Task.WhenAll(_going);
        folder.Free();
        service.Configure(hasExtra: false);
    }

    private Task RestartAsync(CancellationToken cancellationToken)
    {
        Signal(service.InitId, UnixSignal.Usr2);
        return Task.CompletedTask;
    }

    private async Task KillAsync(string which, CancellationToken cancellationToken)
    {
        if (await service.StatusAsync(cancellationToken) is { } status && IdOf(status[which]) is { } id)
            Kill(id);
    }

    private Task KillChildAsync(CancellationToken cancellationToken)
    {
        if (ProcFs.Children(service.InitId) is { Count: > 0 } children)
            Kill(children[random.Next(children.Count)]);
        return Task.CompletedTask;
    }

    private async Task FreezeAsync(CancellationToken cancellationToken)
    {
        if (await service.StatusAsync(cancellationToken) is not { } status || IdOf(status["serving"]) is not { } id || !Signal(id, SigStop))
            return;
        var duration = TimeSpan.FromMilliseconds(random.Next(200, 3_000));
        _going.Add(LaterAsync(duration, () => Signal(id, SigCont)));
    }

    private Task Configure(CancellationToken cancellationToken)
    {
        _hasExtra = !_hasExtra;
        service.Configure(_hasExtra);
        return Task.CompletedTask;
    }

    private Task FillAsync(CancellationToken cancellationToken)
    {
        folder.Fill();
        _going.Add(LaterAsync(TimeSpan.FromMilliseconds(random.Next(500, 4_000)), folder.Free));
        return Task.CompletedTask;
    }

    private Task Jump(CancellationToken cancellationToken)
    {
        folder.SetClock(TimeSpan.FromSeconds(random.Next(-86_400, 86_400)));
        return Task.CompletedTask;
    }

    // As `timeout` and supervisors do it, some of them twice; whoever supervises starts it again.
    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_going);
        var (from, init) = (tally.Now, service.InitId);
        service.SignalGroup(UnixSignal.Term);
        if (random.Next(2) == 0)
        {
            await Task.Delay(random.Next(1, 900), cancellationToken);
            Signal(init, UnixSignal.Term);
        }

        var exit = await service.EndAsync(cancellationToken);
        if (exit is null)
            _faults.Add($"told to stop at {from.TotalSeconds:F3} s, the init has not ended");
        // The status is that of the last worker, and one that was killed just before is the last.
        else if (exit != 0 && !(_lastKill is { } kill && from - kill < TimeSpan.FromSeconds(5)))
            _faults.Add($"told to stop at {from.TotalSeconds:F3} s, the init has ended with {exit}");
        if (exit is null)
            return;
        CheckLeftovers($"stopped at {from.TotalSeconds:F3} s");
        service.Start();
        if (!await Until.IsSoAsync(async () => (string?)(await service.StatusAsync(cancellationToken))?["state"] == "serving", TimeSpan.FromSeconds(60), cancellationToken))
            _faults.Add($"started again after the stop at {from.TotalSeconds:F3} s, it does not serve");
        tally.WasDown(from);
    }

    /// <summary>Nothing of the service is there when its init has ended.</summary>
    public void CheckLeftovers(string when)
    {
        if (MarkedProcesses.Of(ChaosService.Mark, service.Id) is { Count: > 0 } left)
            _faults.Add($"{when}: processes {string.Join(", ", left)} are left");
        foreach (var file in new[] { service.SocketFile, service.Control }.Where(File.Exists))
            _faults.Add($"{when}: {file} is left");
    }

    private void Kill(int processId)
    {
        // First: whoever fails of it may be faster than this thread.
        tally.Killed();
        _lastKill = tally.Now;
        if (Signal(processId, UnixSignal.Kill))
            tally.Killed();
    }

    private static async Task LaterAsync(TimeSpan delay, Action act)
    {
        await Task.Delay(delay, CancellationToken.None);
        act();
    }

    private static Task LaterAsync(TimeSpan delay, Func<bool> act) => LaterAsync(delay, () => { act(); });

    private static int? IdOf(JsonNode? worker) => (int?)worker?["pid"];

    // False when it has ended meanwhile.
    private static bool Signal(int processId, int signal)
    {
        try
        {
            ChildProgram.Signal(processId, signal);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

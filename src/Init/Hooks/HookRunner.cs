using System.Globalization;
using System.Text;
using CrashShield.Init.Marker;
using CrashShield.Init.Options;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Hooks;

/// <summary>
/// Runs <c>--on-death</c> and <c>--on-incident</c>: beside the workers, after the next of them was started, each in a process group of its own that is killed at the bound. Nobody waits for one
/// but the end of the init.
/// </summary>
internal sealed class HookRunner(InitOptions options, ProcessImage image, TimeProvider time) : ITimed
{
    private const int MostAtATime = 4;
    private const int MostWaiting = 16;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private readonly Queue<Occurrence> _waiting = [];
    private readonly List<(int ProcessId, string Option, Deadline Deadline)> _running = [];

    public bool IsIdle => _waiting.Count == 0 && _running.Count == 0;

    public Deadline NextDeadline => _waiting.Count > 0 && _running.Count < MostAtATime
        ? Deadline.In(time, TimeSpan.Zero)
        : _running.Aggregate(Deadline.Never, (next, hook) => Deadline.Earlier(next, hook.Deadline));

    /// <summary>Runs the hook for it, if there is one, once the turn of the loop has done all else.</summary>
    public void Add(Occurrence occurrence)
    {
        if (CommandOf(occurrence) is null)
            return;
        if (_waiting.Count < MostWaiting)
            _waiting.Enqueue(occurrence);
        else
            Output.Log($"{OptionOf(occurrence)} is not run for {occurrence.Reason}: {MostWaiting} others wait");
    }

    /// <returns>Whether the process was a hook.</returns>
    public bool Exited(int processId, ExitStatus status)
    {
        var index = _running.FindIndex(hook => hook.ProcessId == processId);
        if (index < 0)
            return false;
        // One that was killed at the bound is told already.
        if (status.ShellCode != 0 && _running[index].Deadline != Deadline.Never)
            Output.Log($"{_running[index].Option} {status}");
        _running.RemoveAt(index);
        return true;
    }

    public void Tick()
    {
        for (var i = 0; i < _running.Count; i++)
        {
            var (processId, option, deadline) = _running[i];
            if (!deadline.HasPassed(time))
                continue;
            Output.Log($"{option} has not ended within {Duration.Format(Bound)} and is killed");
            Kill(processId);
            _running[i] = (processId, option, Deadline.Never);
        }

        while (_running.Count < MostAtATime && _waiting.TryDequeue(out var occurrence))
            Start(occurrence);
    }

    /// <summary>Nobody waits any longer.</summary>
    public void KillAll()
    {
        _waiting.Clear();
        _running.ForEach(hook => Kill(hook.ProcessId));
    }

    // The group: a script's own children too.
    private static void Kill(int processId) => ChildCalls.Kill(-processId, (int)Signal.Kill);

    private static string OptionOf(Occurrence occurrence) => occurrence.Hook == Occurrence.Death ? "--on-death" : "--on-incident";

    private string? CommandOf(Occurrence occurrence) => occurrence.Hook == Occurrence.Death ? options.OnDeath : options.OnIncident;

    private void Start(Occurrence occurrence)
    {
        var command = HookCommand.Of(CommandOf(occurrence)!);
        var errno = Spawner.TrySpawn(command[0], command, EnvironmentOf(occurrence), inherited: -1, SignalMask.Inherited, directory: null, out var processId, ownGroup: true);
        if (errno == 0)
            _running.Add((processId, OptionOf(occurrence), Deadline.In(time, Bound)));
        else
            Output.Log($"{OptionOf(occurrence)} cannot start {Encoding.UTF8.GetString(command[0])}: {Errno.Text(errno)}");
    }

    private List<byte[]> EnvironmentOf(Occurrence occurrence)
    {
        var bundle = occurrence.Bundle ?? CrashFiles.NewestOf(options.Snapshots, occurrence.ProcessId, occurrence.Since);
        Dictionary<string, string> added = new()
        {
            ["CRASHSHIELD_HOOK"] = occurrence.Hook,
            ["CRASHSHIELD_REASON"] = occurrence.Reason,
            ["CRASHSHIELD_DETAIL"] = occurrence.Detail,
            ["CRASHSHIELD_CODE"] = Text(occurrence.Code),
            ["CRASHSHIELD_GENERATION"] = Text(occurrence.Generation),
            ["CRASHSHIELD_WORKER"] = Text(occurrence.ProcessId),
            ["CRASHSHIELD_BUNDLE"] = bundle ?? "",
        };
        return image.EnvironmentWith([.. WorkerStarter.OwnVariables, .. added.Keys], added);
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}

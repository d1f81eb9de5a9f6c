using System.Collections.Concurrent;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Services;

/// <summary>Counts the events of a service's log by their names.</summary>
internal sealed class ServiceLog
{
    private static readonly string[] OfTrouble = ["CircuitTripped", "CircuitFailed", "TaskFailed"];

    private readonly ConcurrentDictionary<string, int> _counts = new();

    /// <summary>What says that the circuit has not stayed closed, or that a service was given up.</summary>
    public string Trouble => string.Join(", ", OfTrouble.Where(name => Count(name) > 0).Select(name => $"{Count(name)} {name}")) is [_, ..] seen ? seen : "none";

    public bool HasTrouble => OfTrouble.Any(name => Count(name) > 0);

    public void Add(string line)
    {
        if (LogHeader.Read(line) is { Event: { } name })
            _counts.AddOrUpdate(name, 1, static (_, count) => count + 1);
    }

    public int Count(string name) => _counts.GetValueOrDefault(name);
}

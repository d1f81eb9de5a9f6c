using System.Collections.Concurrent;
using System.Diagnostics;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Leaks;

/// <summary>Takes the leaks out of the sample's log as they come, and finds the address that it listens on.</summary>
internal sealed class LeakLines
{
    private const string Listening = "Now listening on: ";
    private const string Category = ".LeakWatch";

    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<LeakReport> _reports = new();
    private string? _event;

    public Task<Uri> Address => _address.Task;

    /// <summary>All that it logged about leaks, failures of the look for them included.</summary>
    public IReadOnlyCollection<LeakReport> Reports => _reports;

    // The console's logger writes the level, category and event, and the text in the next line.
    public void Add(string line)
    {
        if (_event is { } name)
        {
            _reports.Enqueue(new(name, line.Trim(), Stopwatch.GetTimestamp()));
            _event = null;
        }
        else if (LogHeader.Read(line) is { Event: { } leak } header && header.Category.EndsWith(Category, StringComparison.Ordinal))
        {
            _event = leak;
        }
        else if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var listening)
        {
            _address.TrySetResult(new Uri(line[(listening + Listening.Length)..]));
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace CrashShield.Drills.Leaks;

/// <summary>Takes the leaks out of the sample's log as they come, and finds the address that it listens on.</summary>
internal sealed class LeakLines
{
    private const string Listening = "Now listening on: ";
    private const string Category = ": CrashShield.Hosting.Leaks.LeakWatch[";

    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<LeakReport> _reports = new();
    private int? _event;

    public Task<Uri> Address => _address.Task;

    /// <summary>All that it logged about leaks, failures of the look for them included.</summary>
    public IReadOnlyCollection<LeakReport> Reports => _reports;

    // The console's logger writes the level, category and event, and the text in the next line.
    public void Add(string line)
    {
        if (_event is { } number)
        {
            _reports.Enqueue(new(number, line.Trim(), Stopwatch.GetTimestamp()));
            _event = null;
        }
        else if (line.IndexOf(Category, StringComparison.Ordinal) is >= 0 and var at)
        {
            _event = int.Parse(line.AsSpan(at + Category.Length).TrimEnd(']'), CultureInfo.InvariantCulture);
        }
        else if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var listening)
        {
            _address.TrySetResult(new Uri(line[(listening + Listening.Length)..]));
        }
    }
}

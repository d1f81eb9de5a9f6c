using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Soak;

/// <summary>Counts the sample's log lines as they come, and finds the address that it listens on.</summary>
internal sealed class LogTally
{
    private const string Listening = "Now listening on: ";

    // "The heartbeat has been running for longer than a second": a busy machine, not a failure.
    private const string SlowHeartbeat = "Microsoft.AspNetCore.Server.Kestrel[22]";

    // "An unhandled exception was thrown by the application": of a response that had begun, which Kestrel then cuts.
    private const string CutByKestrel = "Microsoft.AspNetCore.Server.Kestrel[13]";

    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isTextOfOther;
    private long _errors;
    private long _refusals;
    private long _cuts;

    public Task<Uri> Address => _address.Task;

    /// <summary>Failed requests logged as errors.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Failed requests that were the client's mistake.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    /// <summary>Responses that Kestrel logged as cut.</summary>
    public long Cuts => Volatile.Read(ref _cuts);

    /// <summary>Errors and warnings of anybody else, with their texts. Read it when the sample has ended.</summary>
    public List<string> Others { get; } = [];

    public void Add(string line)
    {
        // The console's logger writes the level, category and event, and the text in the next line.
        if (_isTextOfOther)
            Others[^1] += line;
        _isTextOfOther = false;
        if (LogHeader.Read(line) is { } header)
            Count(header, line);
        else if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            _address.TrySetResult(new Uri(line[(at + Listening.Length)..]));
    }

    private void Count(LogHeader header, string line)
    {
        switch (header)
        {
            case { Event: "RequestFailed", Level: "fail" }:
                Interlocked.Increment(ref _errors);
                break;
            case { Event: "RequestFailed", Level: "info" }:
                Interlocked.Increment(ref _refusals);
                break;
            case { Level: "fail" } when line.EndsWith(CutByKestrel, StringComparison.Ordinal):
                Interlocked.Increment(ref _cuts);
                break;
            // The console's logger blocks where so many stacks are not read as fast as they are written, and the sample says so.
            case { Event: "PoolBlocked" }:
                break;
            case { Event: not "TaskUnobserved", Level: "fail" or "warn" or "crit" } when !line.EndsWith(SlowHeartbeat, StringComparison.Ordinal):
                Others.Add(line);
                _isTextOfOther = true;
                break;
        }
    }
}

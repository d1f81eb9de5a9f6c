using CrashShield.Load;

namespace CrashShield.Drills.Chaos;

/// <summary>What became of each request, and when the drill itself has done something that excuses one that failed. Many threads add to it.</summary>
internal sealed class ChaosTally(TimeProvider time)
{
    // A connection that dies while nothing is sent on it is seen by the next request.
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _kills = [];
    private readonly List<(TimeSpan From, TimeSpan To)> _down = [];
    private readonly List<(Outcome Outcome, string Path, TimeSpan From, TimeSpan To)> _failed = [];
    private readonly long _start = time.GetTimestamp();
    private int _answered;
    private int _shed;

    public TimeSpan Now => time.GetElapsedTime(_start);

    public void Killed()
    {
        lock (_lock)
            _kills.Add(Now);
    }

    /// <summary>Nobody listened from then until now.</summary>
    public void WasDown(TimeSpan from)
    {
        lock (_lock)
            _down.Add((from, Now));
    }

    public void Add(Outcome outcome, string path, TimeSpan from)
    {
        lock (_lock)
        {
            if (outcome is Outcome.Ok or Outcome.Shed)
                _answered++;
            else
                _failed.Add((outcome, path, from, Now));
            _shed += outcome == Outcome.Shed ? 1 : 0;
        }
    }

    public ChaosResult ToResult(IReadOnlyDictionary<string, int> actions, IEnumerable<string> faults)
    {
        lock (_lock)
        {
            var refused = _failed.Where(failed => failed.Outcome == Outcome.Refused && _down.Exists(down => failed.To >= down.From && failed.From <= down.To)).ToList();
            var killed = _failed.Where(failed => failed.Outcome is Outcome.Reset or Outcome.ReusedDied or Outcome.Truncated && _kills.Exists(kill => kill >= failed.From - Before && kill <= failed.To)).ToList();
            var unexcused = _failed.Except(refused).Except(killed).Select(static failed => $"{failed.Outcome} of {failed.Path} from {failed.From.TotalSeconds:F3} s to {failed.To.TotalSeconds:F3} s");
            return new(_answered + _failed.Count, _answered, _shed, killed.Count, refused.Count, actions, [.. faults, .. unexcused]);
        }
    }
}

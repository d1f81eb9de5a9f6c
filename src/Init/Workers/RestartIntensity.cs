using CrashShield.Init.Options;

namespace CrashShield.Init.Workers;

/// <summary>
/// How often and how soon a worker that dies is started again. One that has lived long enough to prove itself, at once: its clients wait. Of those that die before, in a row, the second one
/// too, and each further one after a random part of a time that doubles: what failed together is not to come back together.
/// </summary>
internal sealed class RestartIntensity(RestartLimit limit, TimeProvider time, Random random)
{
    private static readonly TimeSpan Base = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    private readonly Queue<long> _restarts = [];

    public RestartLimit Limit => limit;

    /// <summary>Restarts in all.</summary>
    public int Total { get; private set; }

    /// <summary>How many have died in a row before they had proved themselves.</summary>
    public int Unproved { get; private set; }

    /// <summary>Goes on counting where another image of this init was.</summary>
    public void Continue(int total) => Total = total;

    /// <summary>What comes now is not what has died before: another build, or one that was asked for anew.</summary>
    public void BeginRow() => Unproved = 0;

    /// <param name="hasProved">Whether the one that died had proved itself.</param>
    /// <param name="delay">How long to wait before.</param>
    /// <returns>False when one more would be above the limit: of restarts in the window, or, as they may be slow to die, of those in a row.</returns>
    public bool TryRestart(bool hasProved, out TimeSpan delay)
    {
        delay = default;
        Unproved = hasProved ? 0 : Unproved + 1;
        while (_restarts.TryPeek(out var first) && time.GetElapsedTime(first) > limit.Window)
            _restarts.Dequeue();
        if (_restarts.Count >= limit.Count || Unproved > limit.Count)
            return false;

        delay = Delay();
        _restarts.Enqueue(time.GetTimestamp());
        Total++;
        return true;
    }

    private TimeSpan Delay()
    {
        if (Unproved <= 1)
            return TimeSpan.Zero;
        var longest = Math.Min(Base.TotalMilliseconds * Math.Pow(2, Unproved - 2), Most.TotalMilliseconds);
        // At least half of it, so that the delays grow.
        return TimeSpan.FromMilliseconds(longest / 2 + random.NextDouble() * longest / 2);
    }
}

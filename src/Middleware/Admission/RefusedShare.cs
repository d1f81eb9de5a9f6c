namespace CrashShield.Middleware.Admission;

/// <summary>Which share of the requests that came of late was refused for the load. What the circuit refuses tells of no overload, nor of its end.</summary>
internal sealed class RefusedShare
{
    private static readonly TimeSpan Over = TimeSpan.FromMilliseconds(500);

    private double _entered;
    private double _refused;
    private long _lastEntered;
    private long _lastRefused;

    /// <summary>From 0 to 1.</summary>
    // One alone is not a share of anything, and where none come any more it ends.
    public double Value => _refused / Math.Max(1, _entered);

    /// <summary>Called every few milliseconds by one thread.</summary>
    /// <param name="requests">What has been counted.</param>
    /// <param name="elapsed">Since the last call.</param>
    public void Tick(in RequestCounts requests, TimeSpan elapsed)
    {
        // What is read first can only have become more: no more are refused than came.
        var (refused, entered) = (requests.Shed, requests.Entered);
        var kept = Math.Exp(-(elapsed / Over));
        (_entered, _refused) = ((kept * _entered) + (entered - _lastEntered), (kept * _refused) + (refused - _lastRefused));
        (_lastEntered, _lastRefused) = (entered, refused);
    }
}

namespace CrashShield.Middleware.Admission;

/// <summary>
/// Whether the requests can be what the pool's queue is about. A process that has just started, or whose core others use, has a queue without any; to refuse the
/// few that come would help nobody.
/// </summary>
internal sealed class ArrivalWindow
{
    private const int MinPerCore = 4;
    private const int MinInFlightPerCore = 2;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(200);
    private static readonly int Cores = Environment.ProcessorCount;

    private TimeSpan _age;
    private long _began;
    private bool _wasBusy;

    /// <summary>Called every few milliseconds by one thread.</summary>
    /// <param name="arrived">How many have arrived in all.</param>
    /// <param name="inFlight">How many are in flight.</param>
    /// <param name="elapsed">Since the last call.</param>
    public bool IsBusy(long arrived, int inFlight, TimeSpan elapsed)
    {
        _age += elapsed;
        var isBusy = arrived - _began >= MinPerCore * Cores || inFlight > MinInFlightPerCore * Cores;
        if (_age < Length)
            return isBusy || _wasBusy;

        (_age, _began, _wasBusy) = (TimeSpan.Zero, arrived, isBusy);
        return isBusy;
    }
}

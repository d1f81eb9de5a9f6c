using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Memory;

/// <summary>Which figures are a danger.</summary>
internal sealed class CollectionRules(MemoryOptions options)
{
    // What is no danger yet: it is shown, and lets the circuit recover.
    private const double Near = 0.8;
    private const double Watched = 0.5;

    // One long pause is no mean, and collections that an application asks for come together: collect, wait for the finalizers, collect again. Memory that runs short has them come back.
    private const int LeastTimes = 2;

    public PressureReading Judge(in GcFigures figures)
    {
        var comesBack = figures.FullTimes >= LeastTimes;
        if (comesBack && figures.FullPause > options.FullPause)
            return Danger($"the mean pause of a full collection is {figures.FullPause.TotalMilliseconds:F0} ms");
        if (comesBack && figures.Full >= options.FrequentFull && figures.FullPause > options.FrequentFullPause)
        {
            return Danger(
                $"{figures.Full} full collections in {options.Window.TotalSeconds:F0} s with a mean pause of {figures.FullPause.TotalMilliseconds:F0} ms");
        }

        var isYoungFrequent = figures.YoungPerMinute >= options.YoungPerMinute;
        if (isYoungFrequent && figures.YoungReclaimed < options.YoungReclaimed && figures.IsFullRising)
        {
            return Danger(
                $"{figures.YoungPerMinute:F0} young collections a minute reclaim only {figures.YoungReclaimed:P0}, and full ones went from {figures.FullBefore} to {figures.Full}");
        }

        return new(Math.Max(isYoungFrequent ? Watched : 0, Math.Min(Near, figures.FullPause / options.FullPause * Near)));
    }

    private static PressureReading Danger(FormattableString reason) => new(1, FormattableString.Invariant(reason));
}

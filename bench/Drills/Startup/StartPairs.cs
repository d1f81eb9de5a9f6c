namespace CrashShield.Drills.Startup;

/// <summary>Starts with the shield and without, in turn, as the machine is now faster and now slower.</summary>
/// <param name="With">Those with.</param>
/// <param name="Without">Those without.</param>
internal sealed record StartPairs(IReadOnlyList<ServiceStart> With, IReadOnlyList<ServiceStart> Without)
{
    /// <summary>By how much later the first response comes: the median of the pairs' differences.</summary>
    public double Later => Differences(static start => start.Milliseconds);

    /// <summary>How much more processor time it takes.</summary>
    public double Processor => Differences(static start => start.ProcessorMilliseconds);

    public static async Task<StartPairs> MeasureAsync(string program, int pairs, CancellationToken cancellationToken)
    {
        List<ServiceStart> with = [], without = [];
        // The first reads the files.
        await MeasureAsync(program, ServiceProcess.Shield, cancellationToken);
        await MeasureAsync(program, ServiceProcess.Bare, cancellationToken);
        for (var pair = 0; pair < pairs; pair++)
        {
            var isWithFirst = pair % 2 == 0;
            var first = await MeasureAsync(program, isWithFirst ? ServiceProcess.Shield : ServiceProcess.Bare, cancellationToken);
            var second = await MeasureAsync(program, isWithFirst ? ServiceProcess.Bare : ServiceProcess.Shield, cancellationToken);
            with.Add(isWithFirst ? first : second);
            without.Add(isWithFirst ? second : first);
        }

        return new(with, without);
    }

    public override string ToString() => FormattableString.Invariant(
        $"with {Middle(With):F0} ms, without {Middle(Without):F0} ms: {Later:F1} ms later, {Processor:F1} ms more processor time");

    private static async Task<ServiceStart> MeasureAsync(string program, string kind, CancellationToken cancellationToken)
    {
        await using var service = await ServiceProcess.StartAsync(program, kind, cancellationToken);
        return service.Start;
    }

    private static double Middle(IEnumerable<ServiceStart> starts) => Median.Of(starts.Select(start => start.Milliseconds));

    private double Differences(Func<ServiceStart, double> of) => Median.Of(With.Zip(Without, (with, without) => of(with) - of(without)));
}

using System.Diagnostics.Metrics;

namespace CrashShield.Hosting.Telemetry;

internal sealed class ShieldCounter(Counter<long> counter) : ShieldInstrument(counter)
{
    public void Add(long delta, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        counter.Add(delta, tags);
        Sink(delta, tags);
    }
}

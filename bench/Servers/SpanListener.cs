using System.Diagnostics;

namespace CrashShield.Servers;

/// <summary>Listens to every span, as an exporter with full sampling does.</summary>
internal static class SpanListener
{
    public static ActivityListener Start()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}

using CrashShield.Hosting.Supervision;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Leaks;

internal sealed class LeakMetrics(ShieldMeter meter, SupervisionMetrics supervision)
{
    private readonly ShieldCounter _abandoned = meter.CreateCounter(
        "crashshield.tasks.abandoned", "{task}", "Tasks and async methods that were collected without ever completing.");

    private readonly ShieldCounter _undisposed = meter.CreateCounter(
        "crashshield.resources.undisposed", "{resource}", "Tracked resources that were collected without being disposed.");

    public void Count(LeakFinding finding)
    {
        switch (finding.Kind)
        {
            case LeakKind.AbandonedTask or LeakKind.AbandonedMethod:
                Add(_abandoned, TagNames.Method, finding.Site.Name);
                break;
            case LeakKind.UndisposedResource:
                Add(_undisposed, TagNames.Resource, finding.Site.Name);
                break;
            default:
                supervision.Stuck(finding.Site.Name);
                break;
        }
    }

    private static void Add(ShieldCounter counter, string tag, string name)
    {
        if (counter.Enabled)
            counter.Add(1, new KeyValuePair<string, object?>(tag, name));
    }
}

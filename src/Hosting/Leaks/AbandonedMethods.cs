using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Leaks;

/// <summary>
/// The runtime's own report of an async method that was collected while it waited. It only exists for methods that were suspended while the event was on.
/// </summary>
internal sealed class AbandonedMethods : EventListener
{
    // TplEventSource.Keywords.AsyncMethod; the class is internal to the runtime.
    private const EventKeywords AsyncMethod = (EventKeywords)0x100;
    private const string Source = "System.Threading.Tasks.TplEventSource";

    // The wait of a watched channel's reader: that one is reported by the channel's name.
    private const string OwnWait = "CrashShield.Hosting.Leaks.WatchedReader";

    private const string Switch = "System.Diagnostics.Tracing.EventSource.IsSupported";

    private readonly LeakRegistry _registry;

    // The base constructor has already called back for the sources that existed, before there was a registry.
    public AbandonedMethods(LeakRegistry registry)
    {
        _registry = registry;
        foreach (var source in EventSource.GetSources())
            Enable(source);
    }

    /// <summary>Why the runtime does not report them; <see langword="null"/> where it does.</summary>
    public static string? WhyNot =>
        // AsyncTaskMethodBuilder has no finalizer for them there.
        !RuntimeFeature.IsDynamicCodeSupported ? "abandoned methods are not reported in native code"
        : AppContext.TryGetSwitch(Switch, out var isOn) && !isOn ? "the application was published without event sources; set EventSourceSupport to true in its project file"
        : null;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (_registry is not null)
            Enable(eventSource);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == "IncompleteAsyncMethod" && eventData.Payload is [string description, ..]
            && !description.StartsWith(OwnWait, StringComparison.Ordinal))
        {
            _registry.MethodCollected(StateMachineName.MethodOf(description));
        }
    }

    private void Enable(EventSource source)
    {
        if (source.Name == Source)
            EnableEvents(source, EventLevel.Warning, AsyncMethod);
    }
}

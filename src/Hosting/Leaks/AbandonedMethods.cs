using System.Diagnostics.Tracing;

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

    /// <summary>Whether the runtime reports them: what is trimmed or native has no event sources unless its project file asks for them.</summary>
    public static bool AreReported => !AppContext.TryGetSwitch(Switch, out var isOn) || isOn;

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

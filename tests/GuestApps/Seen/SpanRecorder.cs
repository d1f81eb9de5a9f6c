using System.Diagnostics;

namespace CrashShield.GuestApps.Seen;

/// <summary>Keeps every span that ends.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = static _ => true,
        Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        ActivityStopped = static activity => SeenLog.Add(SeenKind.Span, Text(activity)),
    };

    public SpanRecorder() => ActivitySource.AddActivityListener(_listener);

    /// <summary>A span in one line, without what differs from run to run.</summary>
    public static string Text(Activity activity)
    {
        var tags = activity.TagObjects.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}");
        var events = activity.Events.Select(added => added.Name + Text(added.Tags.FirstOrDefault(tag => tag.Key == "exception.type")));
        return $"{activity.Source.Name} {activity.DisplayName} {activity.Kind} {activity.Status} {activity.StatusDescription} " +
            $"[{string.Join(' ', tags)}] [{string.Join(' ', events)}]";
    }

    public void Dispose() => _listener.Dispose();

    private static string Text(KeyValuePair<string, object?> tag) => tag.Key is null ? "" : $"({tag.Value})";
}

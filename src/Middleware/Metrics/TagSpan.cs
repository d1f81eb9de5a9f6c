namespace CrashShield.Middleware.Metrics;

/// <summary>The tags of a measurement while it is being recorded.</summary>
internal readonly ref struct TagSpan(ReadOnlySpan<KeyValuePair<string, object?>> tags)
{
    public ReadOnlySpan<KeyValuePair<string, object?>> Tags { get; } = tags;
}

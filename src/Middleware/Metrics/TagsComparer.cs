namespace CrashShield.Middleware.Metrics;

/// <summary>Compares tags by names and values, in their order, so that tags on the stack find a key on the heap.</summary>
internal sealed class TagsComparer
    : IEqualityComparer<KeyValuePair<string, object?>[]>, IAlternateEqualityComparer<TagSpan, KeyValuePair<string, object?>[]>
{
    public static readonly TagsComparer Instance = new();

    public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) => Equals(new TagSpan(x), y!);

    public bool Equals(TagSpan alternate, KeyValuePair<string, object?>[] other)
    {
        if (alternate.Tags.Length != other.Length)
            return false;

        for (var i = 0; i < other.Length; i++)
        {
            if (alternate.Tags[i].Key != other[i].Key || !Equals(alternate.Tags[i].Value, other[i].Value))
                return false;
        }

        return true;
    }

    public int GetHashCode(KeyValuePair<string, object?>[] obj) => GetHashCode(new TagSpan(obj));

    public int GetHashCode(TagSpan alternate)
    {
        var hash = default(HashCode);
        foreach (var tag in alternate.Tags)
            hash.Add(tag.Value);
        return hash.ToHashCode();
    }

    public KeyValuePair<string, object?>[] Create(TagSpan alternate) => alternate.Tags.ToArray();
}

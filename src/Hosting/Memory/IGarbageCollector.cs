namespace CrashShield.Hosting.Memory;

/// <summary>The runtime's collector, as far as it is asked.</summary>
internal interface IGarbageCollector
{
    /// <summary>The bytes in use, garbage that has not been collected yet among them.</summary>
    long Used { get; }

    /// <summary>How many collections there have been of this generation or an older one.</summary>
    int Count(int generation);

    /// <summary>The last collection of a kind that has ended. Allocates.</summary>
    CollectionRecord Last(GCKind kind);

    /// <summary>Asks for a full collection in the background.</summary>
    void CollectInBackground();
}

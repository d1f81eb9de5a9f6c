namespace CrashShield.Hosting.Cleanup;

/// <summary>A step that must have ended first: its id, or its name, which may be added later. Both convert implicitly.</summary>
public readonly struct CleanupDependency
{
    private CleanupDependency(int id, string? name) => (Id, Name) = (id, name);

    internal int Id { get; }

    internal string? Name { get; }

    /// <summary>The step that <see cref="CleanupChain.Add(string, Func{CancellationToken, ValueTask}, ReadOnlySpan{CleanupDependency})"/> returned this id for.</summary>
    /// <param name="id">The id.</param>
    public static implicit operator CleanupDependency(int id) => new(id, null);

    /// <summary>The step of this name. It may be added after the one that depends on it.</summary>
    /// <param name="name">The name, compared ordinally.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static implicit operator CleanupDependency(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new(-1, name);
    }
}

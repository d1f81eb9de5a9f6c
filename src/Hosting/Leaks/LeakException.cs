namespace CrashShield.Hosting.Leaks;

/// <summary>Thrown by <see cref="LeakAssert"/>; its message names each leak.</summary>
public sealed class LeakException : Exception
{
    internal LeakException(IReadOnlyList<string> leaks)
        : base($"{leaks.Count} leaked:{Environment.NewLine}{string.Join(Environment.NewLine, leaks)}") => Leaks = leaks;

    /// <summary>Each leak: what, its name, where it was created, how old it was.</summary>
    public IReadOnlyList<string> Leaks { get; }
}

namespace CrashShield.Init.Options;

/// <summary>What the command line asks for: one of these.</summary>
internal sealed record Invocation
{
    public InitOptions? Run { get; init; }

    public ClientCommand? Client { get; init; }

    /// <summary>A text to print, and no more.</summary>
    public string? Text { get; init; }
}

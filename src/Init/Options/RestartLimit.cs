namespace CrashShield.Init.Options;

/// <summary>Restart intensity: at most so many restarts in a window.</summary>
internal sealed record RestartLimit(int Count, TimeSpan Window)
{
    public override string ToString() => $"{Count}/{Duration.Format(Window)}";
}

namespace CrashShield.Drills.Restart;

/// <summary>A build that does not come up.</summary>
/// <param name="Name">How it fails.</param>
/// <param name="Settings">The <c>appsettings.json</c> that makes it so.</param>
/// <param name="Says">What the line about it contains.</param>
internal sealed record BadBuild(string Name, string Settings, string Says);

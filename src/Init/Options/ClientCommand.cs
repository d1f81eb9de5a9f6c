namespace CrashShield.Init.Options;

/// <summary>A sub-command: what to ask of the init that listens on a control socket.</summary>
internal sealed record ClientCommand(string Name, string ControlPath);

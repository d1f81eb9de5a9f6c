namespace CrashShield.Init.Options;

/// <summary>A sub-command: what to ask of the init that listens on a control socket.</summary>
/// <param name="Name">The command of the request.</param>
/// <param name="ControlPath">The socket.</param>
/// <param name="AsJson">Whether the answer is for a script.</param>
internal sealed record ClientCommand(string Name, string ControlPath, bool AsJson = false);

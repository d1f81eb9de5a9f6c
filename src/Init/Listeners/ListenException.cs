namespace CrashShield.Init.Listeners;

/// <summary>An endpoint cannot be listened on; the message names it and the kernel's reason.</summary>
internal sealed class ListenException(Endpoint endpoint, string reason) : Exception($"cannot listen on {endpoint}: {reason}");

namespace CrashShield.Init.Listeners;

/// <summary>An endpoint cannot be listened on; the message names it and the kernel's reason, and who has it where that is known.</summary>
internal sealed class ListenException(Endpoint endpoint, int errno, string? holder = null)
    : Exception($"cannot listen on {endpoint}: {CrashShield.Handoff.Protocol.Errno.Text(errno)}{(holder is null ? "" : $": {holder}")}")
{
    public int Errno => errno;
}

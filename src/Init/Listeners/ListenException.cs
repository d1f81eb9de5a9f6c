namespace CrashShield.Init.Listeners;

/// <summary>An endpoint cannot be listened on; the message names it and the kernel's reason.</summary>
internal sealed class ListenException(Endpoint endpoint, int errno) : Exception($"cannot listen on {endpoint}: {CrashShield.Handoff.Protocol.Errno.Text(errno)}")
{
    public int Errno => errno;
}

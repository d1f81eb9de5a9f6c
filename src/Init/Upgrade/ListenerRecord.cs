using CrashShield.Init.Listeners;

namespace CrashShield.Init.Upgrade;

/// <summary>A listening socket that stays open while the init is replaced.</summary>
internal sealed record ListenerRecord(string Endpoint, int Ordinal, int Descriptor, string Bound, ulong? Inode, bool IsGiven, bool IsPassed)
{
    /// <exception cref="InitException">An endpoint cannot be read.</exception>
    public Listener ToListener()
    {
        if (!Handoff.Protocol.Endpoint.TryParse(Endpoint, out var endpoint) || !Handoff.Protocol.Endpoint.TryParse(Bound, out var bound))
            throw new InitException(ExitCodes.Software, $"'{Endpoint}' of the image before cannot be read");
        return new Listener(new ListenerKey(endpoint, Ordinal), Descriptor, bound, Inode, IsGiven) { IsPassed = IsPassed };
    }
}

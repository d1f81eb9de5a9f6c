using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>The <c>crashshield-init</c> that leads this process, as far as it is known before the host starts.</summary>
internal static class InitLead
{
    private static readonly int Descriptor =
        Environment.GetEnvironmentVariable(WorkerVariables.LedBy) is not null
        && LedWorker.TryFindChannel(Environment.GetEnvironmentVariable(WorkerVariables.ControlDescriptor), out var descriptor) ? descriptor : -1;

    private static int _isTold;

    /// <summary>Whether there is one that hears <c>loaded</c>, and passes signals on.</summary>
    public static bool IsThere => Descriptor >= 0;

    /// <summary>
    /// Tells it that this process will speak, however long it does something else before its host starts. By the first <c>AddCrashShield()</c>, and not by its host: until then nobody could tell a migration from a
    /// program that knows nothing of all this.
    /// </summary>
    public static void TellLoaded()
    {
        if (!IsThere || Interlocked.Exchange(ref _isTold, 1) == 1)
            return;
        try
        {
            // Before the application starts a child.
            SystemSockets.SetCloseOnExec(Descriptor);
            _ = PacketSocket.Send(Descriptor, MessageWriter.Write(new(ControlType.Loaded)), -1, wait: false);
        }
        catch (IOException)
        {
            // Whoever has passed the variable on has closed the channel.
        }
    }

    /// <summary>Tells it that this process will not speak after all.</summary>
    public static void TellSilent(string reason)
    {
        if (IsThere)
            _ = PacketSocket.Send(Descriptor, MessageWriter.Write(Message.Refuse(reason)), -1, wait: false);
    }
}

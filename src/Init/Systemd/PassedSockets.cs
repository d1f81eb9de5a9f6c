using System.Globalization;
using CrashShield.Init.Listeners;

namespace CrashShield.Init.Systemd;

/// <summary>Listening sockets that systemd passes, sd_listen_fds(3). Each is matched to an endpoint by the address that it is bound to.</summary>
internal static class PassedSockets
{
    private const int First = 3;

    /// <summary>Whether this process is that of a unit, systemd.exec(5); others that pass sockets on may have closed theirs.</summary>
    public static bool IsUnit { get; } = Environment.GetEnvironmentVariable("INVOCATION_ID") is not null;

    public static void Adopt(ListenerTable listeners, int processId, string? listenProcessId, string? listenCount)
    {
        if (!int.TryParse(listenProcessId, NumberStyles.None, CultureInfo.InvariantCulture, out var meant) || meant != processId
            || !int.TryParse(listenCount, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return;
        }

        for (var descriptor = First; descriptor < First + count; descriptor++)
        {
            SocketCalls.SetCloseOnExec(descriptor, true);
            if (ListeningSocket.EndpointOf(descriptor) is { } endpoint)
            {
                // Of a worker that was killed while it kept new clients out.
                SocketCalls.DetachFilter(descriptor);
                listeners.Adopt(new Listener(listeners.NextKey(endpoint), descriptor, endpoint, null, isGiven: true) { IsPassed = true });
            }
            else
            {
                Output.Log($"descriptor {descriptor} of LISTEN_FDS is no TCP or Unix socket that listens; it is left alone");
            }
        }
    }
}

using System.Net.Sockets;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace CrashShield.Middleware.Handoff;

/// <summary>
/// Opens, pauses and resumes a gate that nobody else knows, with a listener of its own and one client. A worker does each about once in its life and while clients wait; what it then does for the first time, the first
/// exception of a cancelled accept above all, takes milliseconds.
/// </summary>
internal sealed class GateRehearsal(ILogger<GateRehearsal> logger) : IWarmUp
{
    private const int Backlog = 1;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var gate = new AcceptGate();
            using var sockets = new ListeningSockets();
            var connections = new SocketConnectionContextFactory(new(), logger);
            // An abstract address, unix(7): neither a file nor a port.
            var kept = sockets.Take(new UnixDomainSocketEndPoint($"\0crashshield-{Guid.NewGuid():N}"), Bind);
            var listener = new GatedListener(kept, sockets, gate, connections, noDelay: true, new(), static () => false, logger);
            await using var unbound = listener.ConfigureAwait(false);

            var serving = new WorkerServing(gate, new ServingState());
            serving.Open();
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(listener.EndPoint, cancellationToken).ConfigureAwait(false);
            if (await listener.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } accepted)
                await accepted.DisposeAsync().ConfigureAwait(false);
            var accept = listener.AcceptAsync(cancellationToken);
            serving.Pause();
            serving.Resume();
            await listener.UnbindAsync(cancellationToken).ConfigureAwait(false);
            await accept.ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            // Slower, but no reason to stay down.
            GuardedLog.Write(() => HandoffLog.WarmUpFailed(logger, ExceptionText.Message(e)));
        }

        return 0;
    }

    private static Socket Bind(System.Net.EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(endPoint);
        socket.Listen(Backlog);
        return socket;
    }
}

using System.Net;
using System.Net.Sockets;
using CrashShield.Hosting;
using CrashShield.Hosting.Handoff;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Handoff;

/// <summary>
/// Kestrel's socket transport with a gate and with sockets that can be handed over. What is listened on, and with which options, stays the application's: <c>UseUrls</c>, <c>Kestrel:Endpoints</c>,
/// <see cref="SocketTransportOptions"/>.
/// </summary>
internal sealed class GatedListenerFactory(
    ListeningSockets sockets, AcceptGate gate, WarmConnections warm, ConfiguredEndpoints configured, PassedEndpoints passed, IMemoryPoolFactory<byte> memory, IOptions<CrashShieldOptions> shield, IOptions<SocketTransportOptions> options,
    ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private static readonly Func<EndPoint, Socket> Default = SocketTransportOptions.CreateDefaultBoundListenSocket;
    private static readonly int DefaultBacklog = new SocketTransportOptions().Backlog;

    private readonly SocketTransportOptions _options = options.Value;

    // Systemd's and others' descriptors are Kestrel's own business, unless the lead has them.
    public bool CanBind(EndPoint endpoint) => shield.Value.Handoff.Enabled && Named(endpoint) is IPEndPoint or UnixDomainSocketEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        endpoint = Named(endpoint);
        var transport = new SocketConnectionFactoryOptions
        {
            IOQueueCount = _options.IOQueueCount,
            MaxReadBufferSize = _options.MaxReadBufferSize,
            MaxWriteBufferSize = _options.MaxWriteBufferSize,
            UnsafePreferInlineScheduling = _options.UnsafePreferInlineScheduling,
            WaitForDataBeforeAllocatingBuffer = _options.WaitForDataBeforeAllocatingBuffer,
        };
        TransportMemory.TrySet(transport, memory);
        var connections = new SocketConnectionContextFactory(transport, loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
        return ValueTask.FromResult<IConnectionListener>(
            new GatedListener(Take(endpoint), sockets, gate, connections, _options.NoDelay, warm, () => configured.WillBind(endpoint), loggers.CreateLogger<GatedListener>()));
    }

    private EndPoint Named(EndPoint endpoint) => endpoint is FileHandleEndPoint handle ? passed.Of(handle.FileHandle) ?? endpoint : endpoint;

    private KeptSocket Take(EndPoint endpoint)
    {
        try
        {
            var kept = sockets.Take(endpoint, Bind, isMade: _options.CreateBoundListenSocket != Default);
            // The lead's own is longer than Kestrel's default, and stays unless the application has chosen one: listen(2) a second time changes it alone.
            if (!kept.IsOwn && _options.Backlog != DefaultBacklog)
                kept.Acceptor.Listen(_options.Backlog);
            return kept;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // The type by which Kestrel tells it from others.
            throw new AddressInUseException(e.Message, e);
        }
    }

    private Socket Bind(EndPoint endpoint)
    {
        var socket = _options.CreateBoundListenSocket(endpoint);
        socket.Listen(_options.Backlog);
        return socket;
    }
}

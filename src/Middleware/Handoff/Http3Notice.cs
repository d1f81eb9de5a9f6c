using System.Net;
using CrashShield.Hosting;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Handoff;

/// <summary>Binds nothing: Kestrel asks it before QUIC's own transport, and so an endpoint of HTTP/3 is known. Its sockets are QUIC's, and are not handed over.</summary>
internal sealed class Http3Notice(ServingState serving, IOptions<CrashShieldOptions> options, ILogger<Http3Notice> logger) : IMultiplexedConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint)
    {
        serving.SpeaksHttp3 = true;
        if (options.Value.Handoff.Enabled && OperatingSystem.IsLinux())
            GuardedLog.Write(() => HandoffLog.Http3NotHandedOver(logger, $"{endpoint}"));
        return false;
    }

    public ValueTask<IMultiplexedConnectionListener> BindAsync(EndPoint endpoint, IFeatureCollection? features = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("HTTP/3 is left to the transport that is registered before.");
}

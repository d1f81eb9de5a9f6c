using System.Collections.Concurrent;
using System.Net;
using CrashShield.Hosting;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Handoff;

/// <summary>
/// Has the server answer requests of this process before it accepts any: code is compiled, pools are filled and the first of the clients does not wait for it. TLS and HTTP/2 are as on the listener.
/// </summary>
internal sealed class WarmUp(IServer server, WarmConnections connections, IConfiguration configuration, IOptions<CrashShieldOptions> options, ILogger<WarmUp> logger) : IWarmUp
{
    private const int AtOnce = 4;
    private static readonly string[] DefaultPaths = ["/healthz"];
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly HandoffOptions _options = options.Value.Handoff;
    private readonly string _host = WarmHost.Of(configuration["AllowedHosts"]);
    private readonly ConcurrentDictionary<string, int> _bad = [];
    private readonly HashSet<EndPoint> _failed = [];

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var tls = TlsPorts();
        var listeners = connections.EndPoints;
        if (_options.WarmUps == 0 || listeners.Count == 0)
            return 0;

        var answered = 0;
        for (var listener = 0; listener < listeners.Count; listener++)
        {
            if (_failed.Contains(listeners[listener]))
                continue;
            var isTls = listeners[listener] is IPEndPoint endPoint && tls.Contains(endPoint.Port);
            var each = _options.WarmUps / (listeners.Count * AtOnce);
            var (number, first) = (listener, answered);
            try
            {
                answered += (await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => AskAsync(number, isTls, Math.Max(1, each), cancellationToken))).ConfigureAwait(false)).Sum();
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // A listener that cannot be spoken to is no reason to stay down: it may want a client's certificate. It is not tried again.
                _failed.Add(listeners[number]);
                GuardedLog.Write(() => HandoffLog.WarmUpFailed(logger, $"{listeners[number]}: {ExceptionText.Message(e)}"));
                answered = first;
            }
        }

        return answered;
    }

    private HashSet<int> TlsPorts() =>
    [
        .. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(BindingAddress.Parse)
            .Where(address => address.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase)).Select(address => address.Port),
    ];

    private async Task<int> AskAsync(int listener, bool isTls, int count, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(Handler(listener)) { Timeout = AnswerWithin };
        var paths = _options.WarmUpPaths.Count > 0 ? _options.WarmUpPaths : DefaultPaths;
        var version = HttpVersion.Version11;
        for (var i = 0; i < count; i++)
        {
            var path = paths[i % paths.Count];
            var address = new Uri($"{(isTls ? "https" : "http")}://{_host}{path}");
            int status;
            try
            {
                status = await AskAsync(client, address, version, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException) when (i == 0 && version == HttpVersion.Version11)
            {
                // A listener that speaks HTTP/2 alone.
                version = HttpVersion.Version20;
                status = await AskAsync(client, address, version, cancellationToken).ConfigureAwait(false);
            }

            // With a port of its own for the management, /healthz is not found here, and nobody has named it. A 400 is for the host, and so for each path.
            if (status >= StatusCodes.Status400BadRequest && (_options.WarmUpPaths.Count > 0 || status == StatusCodes.Status400BadRequest) && _bad.TryAdd(path, status))
                GuardedLog.Write(() => HandoffLog.WarmUpAnswer(logger, path, status));
        }

        return count;
    }

    private static async Task<int> AskAsync(HttpClient client, Uri address, Version version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return (int)answer.StatusCode;
    }

    private SocketsHttpHandler Handler(int listener) => new()
    {
        ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(connections.Connect(listener)),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        // No span and no traceparent for what nobody has asked for.
        ActivityHeadersPropagator = null,
        SslOptions =
        {
#pragma warning disable CA5359 // To itself, over a pair of sockets that nobody else can reach.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        },
    };
}

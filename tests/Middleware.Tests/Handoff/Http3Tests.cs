using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CrashShield.Hosting.Drain;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CrashShield.Middleware.Tests.Handoff;

/// <summary>What an application with HTTP/3 says in a hand-over. QUIC is not on every machine: a transport to which nobody connects stands in for it.</summary>
public sealed class Http3Tests : IAsyncDisposable
{
    private readonly LogCollector _log = new();
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    public Http3Tests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton<IMultiplexedConnectionListenerFactory, Quic>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, FreePort.Take(), listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2AndHttp3;
            listen.UseHttps(Certificate());
        }));
        builder.AddCrashShield(shield => shield.Admission.Enabled = false);
        _app = builder.Build();
        _app.UseCrashShield();
        _app.MapGet("/ok", () => "ok");
        _client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task ItIsSaidThatItIsNotHandedOver()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);

        Assert.Single(_log.All, entry => entry.EventId.Name == "Http3NotHandedOver");
    }

    [Fact]
    public async Task AnswersOfALameDuckSendNobodyThere()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("h3=", await AltSvcAsync());
        _app.Services.GetRequiredService<ServingState>().SetLameDuck(true);
        Assert.Equal("clear", await AltSvcAsync());
    }

    private async Task<string> AltSvcAsync()
    {
        using var answer = await _client.GetAsync(new Uri($"{_app.Urls.Single()}/ok"), TestContext.Current.CancellationToken);
        return Assert.Single(answer.Headers.GetValues("Alt-Svc"));
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private sealed class Quic : IMultiplexedConnectionListenerFactory
    {
        public ValueTask<IMultiplexedConnectionListener> BindAsync(EndPoint endpoint, IFeatureCollection? features = null, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IMultiplexedConnectionListener>(new Listener(endpoint));
    }

    private sealed class Listener(EndPoint endPoint) : IMultiplexedConnectionListener
    {
        private readonly TaskCompletionSource<MultiplexedConnectionContext?> _end = new();

        public EndPoint EndPoint => endPoint;

        public async ValueTask<MultiplexedConnectionContext?> AcceptAsync(IFeatureCollection? features = null, CancellationToken cancellationToken = default) => await _end.Task;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _end.TrySetResult(null);
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}

using System.Collections.Concurrent;
using System.Net;
using CrashShield.Hosting.Handoff;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Tests.Hosts;

/// <summary>Applications that replace a part of the host that the shield stands on: each works as without it, or the start says what does not.</summary>
public sealed class UnusualHostTests
{
    [Fact]
    public async Task TwoHostsInOneProcessAreEachShielded()
    {
        await using var first = await StartAsync("first");
        await using (var second = await StartAsync("second"))
        {
            await AssertShieldedAsync(first);
            await AssertShieldedAsync(second);
        }

        // The other's end is none of its.
        await AssertShieldedAsync(first);
        await using var third = await StartAsync("third");
        await AssertShieldedAsync(third);
        var metrics = await first.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("crashshield_exceptions_total", metrics, StringComparison.Ordinal);

        static Task<ShieldedApp> StartAsync(string name) =>
            ShieldedApp.StartAsync(string () => throw new InvalidOperationException(name));
    }

    [Fact]
    public async Task HostsThatStartAtTheSameTimeAreEachShielded()
    {
        var apps = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() => ShieldedApp.StartAsync(string () => throw new InvalidOperationException($"{number}")))));
        foreach (var app in apps)
            await AssertShieldedAsync(app);
        foreach (var app in apps)
            await app.DisposeAsync();
    }

    [Fact]
    public async Task HostsThatNeverStartLeaveNothing()
    {
        for (var round = 0; round < 20; round++)
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.AddCrashShield();
            await using var app = builder.Build();
            app.UseCrashShield();
        }

        await using var last = await ShieldedApp.StartAsync(string () => throw new InvalidOperationException());
        await AssertShieldedAsync(last);
    }

    [Fact]
    public async Task ServerInMemoryIsShielded()
    {
        var server = new MemoryServer();
        await using var app = await ShieldedHostAsync(builder => builder.Services.AddSingleton<IServer>(server));

        Assert.Equal(StatusCodes.Status200OK, (await server.GetAsync("/ok")).StatusCode);
        Assert.Equal(StatusCodes.Status500InternalServerError, (await server.GetAsync("/fail")).StatusCode);
        Assert.Equal(StatusCodes.Status200OK, (await server.GetAsync("/healthz")).StatusCode);
        Assert.Single(app.Log.All, entry => entry.EventId.Name == "OtherTransport");
        Assert.Single(app.Log.All, entry => entry.EventId.Name == "RequestFailed");
        Assert.DoesNotContain(app.Log.Problems, entry => entry.EventId.Name != "RequestFailed");
    }

    [Fact]
    public async Task AnotherTransportServesAndTheStartSaysThatItsSocketsAreNotHandedOver()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder => builder.Services.AddSingleton<IConnectionListenerFactory, SocketTransportFactory>());

        await AssertShieldedAsync(app);
        await app.Log.UntilAsync(() => app.Log.All.Any(entry => entry.EventId.Name == "OtherTransport"));

        app.Services.GetRequiredService<IHotRestart>().Begin("a test");
        var refused = Assert.Single(app.Log.All, entry => entry.EventId.Name == "RestartRefused");
        Assert.Contains("transport", refused.Text, StringComparison.Ordinal);
        await AssertShieldedAsync(app);
    }

    /// <summary>It is the application's choice, whatever was called first.</summary>
    [Fact]
    public async Task AnotherTransportFromBeforeStaysInPlace()
    {
        var builder = WebApplication.CreateBuilder();
        var transport = new CountingTransport();
        var log = new LogCollector();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport);
        builder.AddCrashShield();
        await using var app = builder.Build();
        app.UseCrashShield();
        await app.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, transport.Bound);
        Assert.Single(log.All, entry => entry.EventId.Name == "OtherTransport");
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>It may wait for what the start holds.</summary>
    [Fact]
    public async Task LoggerProvidersAreNotCalledByThreadsOfOursAtTheStart()
    {
        var callers = new ConcurrentBag<string?>();
        await using var app = await ShieldedApp.StartAsync(string () => throw new InvalidOperationException(), build: builder => builder.Logging.AddProvider(new CallerProvider(callers)));

        await AssertShieldedAsync(app);
        Assert.NotEmpty(callers);
        Assert.DoesNotContain(callers, name => name?.StartsWith("shield start", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task KestrelsOwnTransportIsNotCalledAnother()
    {
        await using var app = await ShieldedApp.StartAsync(string () => throw new InvalidOperationException());
        await AssertShieldedAsync(app);
        Assert.DoesNotContain(app.Log.All, entry => entry.EventId.Name == "OtherTransport");
    }

    [Fact]
    public async Task AnotherLoggerFactoryGetsAllThatIsLogged()
    {
        var log = new LogCollector();
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder => builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new PlainLoggerFactory(log))));

        await AssertShieldedAsync(app);
        await log.WaitForAsync(1000);
        Assert.Empty(app.Log.All);
    }

    [Fact]
    public async Task LoggerFactoryOfNothingDisturbsNobody()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder => builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(NullLoggerFactory.Instance)));
        await AssertShieldedAsync(app);
    }

    [Fact]
    public async Task ContainerOfAnotherMakerServes()
    {
        var askers = new ConcurrentBag<string?>();
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder => builder.Host.UseServiceProviderFactory(new OwnContainerFactory(askers)));

        await AssertShieldedAsync(app);
        // It may not be made for a second thread at the start.
        Assert.DoesNotContain("shield start", askers);
    }

    [Fact]
    public async Task InABranchTheRestIsAnsweredFurtherOut()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.Map("/branch", branch =>
            {
                branch.UseCrashShield();
                branch.Run(_ => throw new InvalidOperationException("in it"));
            });
            app.MapGet("/fail", string () => throw new InvalidOperationException("beside it"));
        });

        foreach (var path in new[] { "/branch/any", "/fail" })
        {
            using var response = await app.Http1.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        Assert.Equal(2, (await app.Log.WaitForAsync(1000, count: 2)).Length);
        Assert.Single(app.Log.All, entry => entry.EventId.Name == "EndpointsNotMapped");
    }

    [Fact]
    public async Task BehindWhatServesItStillAnswersFailures()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseRouting();
#pragma warning disable ASP0014 // The old way is what is tested.
            app.UseEndpoints(routes => routes.MapGet("/fail", string () => throw new InvalidOperationException()));
#pragma warning restore ASP0014
            app.UseCrashShield();
        });

        await AssertShieldedAsync(app);
    }

    private static async Task AssertShieldedAsync(ShieldedApp app)
    {
        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Closed", await app.Http1.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    private static async Task<MemoryApp> ShieldedHostAsync(Action<WebApplicationBuilder> build)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var log = new LogCollector();
        builder.Logging.AddProvider(log);
        builder.AddCrashShield(shield => shield.Admission.Enabled = false);
        build(builder);
        var app = builder.Build();
        app.UseCrashShield();
        app.MapGet("/ok", () => "ok");
        app.MapGet("/fail", string () => throw new InvalidOperationException());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, log);
    }

    private sealed class MemoryApp(WebApplication app, LogCollector log) : IAsyncDisposable
    {
        public LogCollector Log => log;

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    /// <summary>A server without a socket, as test hosts and serverless platforms have.</summary>
    private sealed class MemoryServer : IServer
    {
        private Func<IFeatureCollection, Task> _process = _ => Task.CompletedTask;

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            _process = async features =>
            {
                var context = application.CreateContext(features);
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }

        public async Task<IHttpResponseFeature> GetAsync(string path)
        {
            var response = new HttpResponseFeature();
            var features = new FeatureCollection();
            features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", Path = path, Scheme = "http", Protocol = "HTTP/1.1" });
            features.Set<IHttpResponseFeature>(response);
            features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new MemoryStream()));
            await _process(features);
            return response;
        }
    }

    private sealed class CountingTransport : IConnectionListenerFactory
    {
        private readonly SocketTransportFactory _sockets = new(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);

        public int Bound { get; private set; }

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            Bound++;
            return _sockets.BindAsync(endpoint, cancellationToken);
        }
    }

    private sealed class CallerProvider(ConcurrentBag<string?> callers) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName)
        {
            callers.Add(Thread.CurrentThread.Name);
            return NullLogger.Instance;
        }

        public void Dispose()
        {
        }
    }

    private sealed class PlainLoggerFactory(LogCollector log) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It has its own.");

        public ILogger CreateLogger(string categoryName) => log.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class OwnContainerFactory(ConcurrentBag<string?> threads) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services) => services;

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) => new OwnContainer(containerBuilder.BuildServiceProvider(), threads);
    }

    private sealed class OwnContainer(ServiceProvider inner, ConcurrentBag<string?> threads) : IServiceProvider, IAsyncDisposable, IDisposable
    {
        public object? GetService(Type serviceType)
        {
            threads.Add(Thread.CurrentThread.Name);
            return serviceType == typeof(IServiceProvider) ? this : inner.GetService(serviceType);
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

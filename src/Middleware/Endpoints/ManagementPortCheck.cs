using CrashShield.Hosting;
using CrashShield.Hosting.Endpoints;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Ends the start when nothing listens on the management port: every probe would fail, and the instance be killed for it.</summary>
internal sealed class ManagementPortCheck(IServer server, IOptions<CrashShieldOptions> options) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // A server without addresses (the test server, a socket that was handed over) tells nothing.
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (options.Value.Endpoints.ManagementPort is { } port && addresses.Count > 0 && !addresses.Any(address => BindingAddress.Parse(address).Port == port))
        {
            throw new InvalidOperationException(
                $"CrashShield:{nameof(CrashShieldOptions.Endpoints)}:{nameof(EndpointOptions.ManagementPort)} = '{port}': must be a port that the server " +
                $"listens on. It listens on {string.Join(", ", addresses)}.");
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

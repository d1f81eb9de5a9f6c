using CrashShield.Hosting.Drain;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Middleware.Drain;

/// <summary>
/// Stops the server under a token that a second SIGTERM cancels, so that it cuts its connections: the host's own token knows only the shutdown timeout. Stopping a server that stops
/// already only waits for it, so this has to come before the host does it.
/// </summary>
internal sealed class ServerDrain(IServer server, DrainSequence drain, ServingState serving) : IHostedLifecycleService
{
    private Task _stopped = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        serving.HasServer = true;
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A stop that code has asked for goes the host's own way.
        if (drain.Request is not null)
            _stopped = StopServerAsync(cancellationToken);
        return Task.CompletedTask;
    }

    // The host's own stop of the server has come before, and waited for the same.
    public Task StopAsync(CancellationToken cancellationToken) => _stopped;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StopServerAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Now);
        await server.StopAsync(either.Token).ConfigureAwait(false);
    }
}

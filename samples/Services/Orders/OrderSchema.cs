using CrashShield.Hosting.Serving;

namespace Services.Orders;

/// <summary>Makes the tables that are not there yet: in each process before it serves, as its requests need them.</summary>
[RunsWhileWaiting]
internal sealed class OrderSchema(IServiceScopeFactory scopes) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<OrderContext>().Database.EnsureCreatedAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

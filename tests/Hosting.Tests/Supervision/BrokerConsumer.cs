using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>A consumer as any is: it connects, takes a message, acknowledges it, and knows nothing of outages.</summary>
internal sealed class BrokerConsumer(Broker broker) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var connection = broker.Connect();
        while (true)
        {
            var message = await connection.ReceiveAsync(stoppingToken);
            await Task.Yield();
            connection.Acknowledge(message);
        }
    }
}

using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>Takes messages over the socket, and counts its starts.</summary>
internal sealed class TcpConsumer(TcpBroker broker, TcpConsumer.Starts starts) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Interlocked.Increment(ref starts.Count);
        using var client = await BrokerClient.ConnectAsync(broker.Address, stoppingToken);
        while (true)
            await client.AcknowledgeAsync(await client.ReceiveAsync(stoppingToken), stoppingToken);
    }

    /// <summary>How often one was started.</summary>
    internal sealed class Starts
    {
        public int Count;
    }
}

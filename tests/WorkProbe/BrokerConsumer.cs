using System.Globalization;
using System.Net;
using CrashShield.Hosting.Supervision;
using CrashShield.Tests;

namespace CrashShield.WorkProbe;

/// <summary>Takes one message after the other from a broker. What it has begun it finishes and acknowledges.</summary>
internal sealed class BrokerConsumer(Ledger ledger, IConfiguration configuration, DeadLetterGuard? guard = null) : BackgroundService
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(15);

    private readonly IPEndPoint _broker = new(IPAddress.Loopback, configuration.GetValue<int>("Broker"));
    private readonly int? _poison = configuration.GetValue<int?>("Poison");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ledger.Write("attempts", "begins");
        using var broker = await BrokerClient.ConnectAsync(_broker, stoppingToken);
        while (true)
        {
            var delivery = await broker.ReceiveAsync(stoppingToken);
            // Handled and not acknowledged: the broker went in between.
            if (delivery.IsAgain && ledger.Has("messages", Text(delivery)))
                ledger.Write("again", Text(delivery));
            else
                await GuardAsync(delivery, stoppingToken);
            // Without the token: what was handled is acknowledged, or a stop would have it delivered once more.
            await broker.AcknowledgeAsync(delivery, CancellationToken.None);
        }
    }

    private Task GuardAsync(Delivery delivery, CancellationToken cancellationToken) => guard is null
        ? HandleAsync(delivery)
        : guard.HandleAsync("messages", Text(delivery), _ => HandleAsync(delivery), PutAsideAsync, cancellationToken);

    private async Task HandleAsync(Delivery delivery)
    {
        await Task.Delay(Work, CancellationToken.None);
        if (delivery.Message == _poison)
            throw new FormatException("The message cannot be read.");
        ledger.Write("messages", Text(delivery));
    }

    private Task PutAsideAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        ledger.Write("dead-letters", letter.Key);
        return Task.CompletedTask;
    }

    private static string Text(Delivery delivery) => delivery.Message.ToString(CultureInfo.InvariantCulture);
}

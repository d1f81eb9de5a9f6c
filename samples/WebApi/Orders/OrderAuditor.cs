namespace WebApi.Orders;

/// <summary>A background service as any application has one. When it fails, it is restarted; the host and the requests live on.</summary>
internal sealed class OrderAuditor(OrderStore store, TimeProvider time, ILogger<OrderAuditor> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            logger.LogInformation("{Count} orders are stored.", await store.CountAsync(stoppingToken));
    }
}

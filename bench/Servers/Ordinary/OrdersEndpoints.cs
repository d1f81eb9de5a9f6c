using Microsoft.EntityFrameworkCore;

namespace CrashShield.Servers.Ordinary;

/// <summary>
/// Entity Framework Core on SQLite. The provider's asynchronous methods are synchronous, and while another connection writes it sleeps and tries again; who uses it blocks without
/// knowing.
/// </summary>
internal static class OrdersEndpoints
{
    private const int Orders = 1_000;
    private const int WriteEvery = 4;

    private static readonly string File = Path.Combine(Path.GetTempPath(), $"orders-{Environment.ProcessId}.db");
    private static long _requests;

    public static void AddOrders(this WebApplicationBuilder builder) =>
        builder.Services.AddDbContextPool<OrdersContext>(static options => options.UseSqlite($"Data Source={File}"));

    public static void MapOrders(this WebApplication app)
    {
        app.MapGet("/orders/create", async (OrdersContext context, CancellationToken cancellationToken) =>
        {
            await context.Database.EnsureCreatedAsync(cancellationToken);
            context.Orders.AddRange(Enumerable.Range(0, Orders).Select(static number => new OrderRow { Article = $"article {number}", Count = number }));
            return await context.SaveChangesAsync(cancellationToken);
        });
        app.MapGet("/orders", async (OrdersContext context, CancellationToken cancellationToken) =>
        {
            var number = Interlocked.Increment(ref _requests);
            if (number % WriteEvery != 0)
                return await context.Orders.AsNoTracking().Where(order => order.Id == (number % Orders) + 1).SumAsync(order => order.Count, cancellationToken);
            context.Orders.Add(new OrderRow { Article = "another", Count = 1 });
            return await context.SaveChangesAsync(cancellationToken);
        });
    }
}

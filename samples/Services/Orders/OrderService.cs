using Microsoft.EntityFrameworkCore;

namespace Services.Orders;

/// <summary>An API on Entity Framework Core and SQLite.</summary>
internal static class OrderService
{
    public static Service Service { get; } = new("orders", "an API on Entity Framework Core and SQLite", Add, Map);

    private static void Add(WebApplicationBuilder builder, bool isShielded)
    {
        builder.Services.AddDbContextPool<OrderContext>(options => options.UseSqlite($"Data Source={builder.Configuration["Orders:Database"]}"));
        builder.Services.AddHostedService<OrderSchema>();
    }

    private static void Map(WebApplication app)
    {
        app.MapPost("/orders", async (NewOrder order, OrderContext context, CancellationToken cancellationToken) =>
        {
            context.Orders.Add(new Order { Key = order.Key });
            await context.SaveChangesAsync(cancellationToken);
            return Results.Created($"/orders/{order.Key}", order);
        });
        app.MapGet("/orders/{key}", async (string key, OrderContext context, CancellationToken cancellationToken) =>
            await context.Orders.AsNoTracking().FirstOrDefaultAsync(order => order.Key == key, cancellationToken) is { } order ? Results.Ok(order) : Results.NotFound());
        app.MapGet("/orders", (OrderContext context) => context.Orders.AsNoTracking().Select(order => order.Key).AsAsyncEnumerable());
    }
}

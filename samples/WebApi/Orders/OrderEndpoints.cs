namespace WebApi.Orders;

internal static class OrderEndpoints
{
    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup("/orders");
        orders.MapPost("/", async (NewOrder order, OrderStore store, CancellationToken cancellationToken) =>
        {
            var added = await store.AddAsync(order, cancellationToken);
            return Results.Created($"/orders/{added.Id}", added);
        });
        orders.MapGet("/{id:long}", async (long id, OrderStore store, CancellationToken cancellationToken) =>
            await store.FindAsync(id, cancellationToken) is { } order ? Results.Ok(order) : Results.NotFound());
    }
}

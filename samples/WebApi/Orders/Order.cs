namespace WebApi.Orders;

/// <summary>An order as it is stored.</summary>
public sealed record Order(long Id, string Customer, string Item, int Quantity, string PlacedAt);

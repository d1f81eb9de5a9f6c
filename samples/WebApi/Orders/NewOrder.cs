namespace WebApi.Orders;

/// <summary>An order as it comes in.</summary>
public sealed record NewOrder(string Customer, string Item, int Quantity);

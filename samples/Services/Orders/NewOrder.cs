namespace Services.Orders;

/// <summary>What a client sends.</summary>
internal sealed record NewOrder(string Key);

namespace WebApi.Orders;

/// <summary>More was ordered than can be delivered. Program.cs maps it to 409.</summary>
public sealed class OutOfStockException(string item, int quantity) : Exception($"There are no {quantity} of {item}.");

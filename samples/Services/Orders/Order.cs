namespace Services.Orders;

/// <summary>A row of the table. Its key is the client's and may come twice: nothing here keeps a second row from being written.</summary>
internal sealed class Order
{
    public long Id { get; set; }

    public required string Key { get; set; }
}

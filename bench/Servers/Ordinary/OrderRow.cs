namespace CrashShield.Servers.Ordinary;

/// <summary>A row of the table.</summary>
internal sealed class OrderRow
{
    public long Id { get; set; }

    public required string Article { get; set; }

    public int Count { get; set; }
}

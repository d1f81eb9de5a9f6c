using Microsoft.EntityFrameworkCore;

namespace CrashShield.Servers.Ordinary;

/// <summary>The database of the orders.</summary>
internal sealed class OrdersContext(DbContextOptions<OrdersContext> options) : DbContext(options)
{
    public DbSet<OrderRow> Orders => Set<OrderRow>();
}

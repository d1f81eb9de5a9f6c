namespace CrashShield.Servers.Ordinary;

/// <summary>What services do all day: nothing here is a fault, and nothing here is to be refused while it fits into the machine.</summary>
internal static class OrdinaryEndpoints
{
    public static void MapOrdinary(this WebApplication app)
    {
        app.MapBlocking();
        app.MapContention();
        app.MapSystemCalls();
        app.MapWaits();
        app.MapTransfers();
        app.MapAllocations();
        app.MapOrders();
    }
}

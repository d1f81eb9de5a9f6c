using CrashShield.Hosting;
using Services.Calls;
using Services.Live;
using Services.Orders;
using Services.Prices;

namespace Services;

/// <summary>One of the services.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">What it is.</param>
/// <param name="Add">Adds what it needs; told whether CrashShield is there.</param>
/// <param name="Map">Maps its routes.</param>
internal sealed record Service(string Name, string Description, Action<WebApplicationBuilder, bool> Add, Action<WebApplication> Map)
{
    public static IReadOnlyList<Service> All { get; } = [OrderService.Service, LiveService.Service, PriceService.Service, CallService.Service];

    /// <summary>What it tells CrashShield.</summary>
    public Action<CrashShieldOptions> Configure { get; init; } = static _ => { };

    public static Service? Find(string name) => All.FirstOrDefault(service => service.Name == name);
}

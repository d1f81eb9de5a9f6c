using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Services.Prices;

/// <summary>A service with a dependency that fails, without which it can do: while it is away, the process is degraded and does not ask it.</summary>
internal static class PriceService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static Service Service { get; } = new("prices", "a service with a dependency that fails", Add, Map)
    {
        Configure = static shield => shield.Exceptions.Map<HttpRequestException>(StatusCodes.Status502BadGateway).Map<TaskCanceledException>(StatusCodes.Status504GatewayTimeout),
    };

    private static void Add(WebApplicationBuilder builder, bool isShielded)
    {
        var source = builder.Services.AddHttpClient<PriceSource>(client => (client.BaseAddress, client.Timeout) = (new(builder.Configuration["Prices:Source"]!), Timeout));
        if (isShielded)
            source.AddCrashShieldFailFast();
        builder.Services.AddHealthChecks().AddCheck<PriceCheck>("prices", HealthStatus.Degraded, tags: ["circuit"]);
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/prices", (PriceSource source, CancellationToken cancellationToken) => source.AskAsync(cancellationToken));
        app.MapGet("/other", () => "served");
    }
}

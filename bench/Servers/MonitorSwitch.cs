namespace CrashShield.Servers;

/// <summary>
/// Starts and stops all monitors, at their defaults, in a server that has none. Two processes of the same program differ by several per cent in what they serve; this is one process, so that
/// the monitors alone differ.
/// </summary>
internal static class MonitorSwitch
{
    private static IHost? _host;

    public static void MapMonitorSwitch(this WebApplication app)
    {
        app.MapGet("/monitors/start", async () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddCrashShield(builder.Configuration);
            _host = builder.Build();
            await _host.StartAsync();
            return "started";
        });
        app.MapGet("/monitors/stop", async () =>
        {
            await _host!.StopAsync();
            _host.Dispose();
            return "stopped";
        });
    }
}

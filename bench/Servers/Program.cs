using System.Globalization;
using CrashShield.Servers;
using CrashShield.Servers.Ordinary;

if (args is not [var name] || Peer.Find(name) is not { } peer)
{
    Console.Error.WriteLine($"usage: CrashShield.Servers {string.Join('|', Peer.All.Select(known => known.Name))}");
    return 64;
}

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
builder.WebHost.UseUrls("http://127.0.0.1:0");
// No side logs: a write to the console costs many times what is compared here.
builder.Logging.ClearProviders();
peer.Add(builder);
// Only where a drill asks for it: other drills compare what the servers use of memory.
var isOrdinary = builder.Configuration.GetValue<bool>("ORDINARY");
if (isOrdinary)
    builder.AddOrders();

await using var app = builder.Build();
peer.Use(app);
app.MapGet("/ok", () => "ok");
app.MapWork();
app.MapMemory();
app.MapMonitorSwitch();
if (isOrdinary)
    app.MapOrdinary();
app.MapGet("/fail", string () => throw new InvalidOperationException("The order is not there."));
app.MapGet("/fail-async", async Task<string> () =>
{
    await Task.Yield();
    throw new InvalidOperationException("The order is not there.");
});
await app.StartAsync();

Console.WriteLine(new Uri(app.Urls.Single()).Port.ToString(CultureInfo.InvariantCulture));

// Ends with whoever started it, however that one ends.
await Console.In.ReadToEndAsync();
return 0;

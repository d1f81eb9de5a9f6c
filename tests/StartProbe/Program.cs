using CrashShield.Servers;
using CrashShield.StartProbe;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

// StartProbe bare|shield|hanging|migrate [settings…]: the smallest service there is, without CrashShield, with it, with sources that hang, and a command that starts and stops its host.
var builder = WebApplication.CreateBuilder(args[1..]);
if (args[0] != "bare")
    Shielded.Add(builder, isHanging: args[0] == "hanging");

if (builder.Configuration.GetValue<bool>("OwnSocket"))
{
    builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = static endPoint =>
    {
        Console.WriteLine($"made {endPoint}");
        return SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
    });
}

if (builder.Configuration.GetValue<bool>("Systemd"))
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.UseSystemd());

var app = builder.Build();
if (args[0] != "bare")
    Shielded.Use(app);
app.MapGet("/", () => "ok");
app.MapGet("/pid", () => Environment.ProcessId);
if (builder.Configuration["Second"] is { } url)
{
    var second = WebApplication.CreateBuilder(["--urls", url]);
    Shielded.Add(second, isHanging: false);
    var other = second.Build();
    Shielded.Use(other);
    other.MapGet("/pid", () => Environment.ProcessId);
    await Task.WhenAll(app.RunAsync(), other.RunAsync());
    return;
}

app.MapGet("/idle-bytes", IdleSeconds.ReadAsync);
app.MapGet("/assemblies", () => AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name));
// As container builders and mappers do that look for types in all that is loaded.
app.MapGet("/types", () => AppDomain.CurrentDomain.GetAssemblies().Sum(assembly => assembly.GetTypes().Length));
// As a migration, before the host starts.
await Task.Delay(TimeSpan.FromSeconds(app.Configuration.GetValue("WorkSeconds", 0.0)));
if (args[0] == "migrate")
{
    await app.StartAsync();
    await app.StopAsync();
    Console.WriteLine("migrated");
    return;
}

await app.RunAsync();

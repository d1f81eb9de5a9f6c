using CrashShield.CleanupProbe;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// CleanupProbe <using | Run> <ending>: puts one clean-up of each kind in place, ends in the given way and prints which ones ran.
var scope = args[0] == "Run" ? Scope.Run : Scope.Using;
var ending = args[1];

AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.WriteLine("ProcessExit");
AppDomain.CurrentDomain.UnhandledException += (_, _) => Console.WriteLine("unhandled");
AbandonedObject.Make();

var builder = Host.CreateEmptyApplicationBuilder(null);
builder.Services.AddCrashShield(builder.Configuration, shield =>
{
    if (ending == "wait-without-snapshot")
        shield.Signals.Snapshot = "none";
    if (ending == "wait-for-ever")
        shield.Cleanup.ChainTimeout = TimeSpan.FromMilliseconds(1);
});
if (ending == "wait-for-ever")
    builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(1));
builder.Services.AddShutdownStep("print", (_, _) =>
{
    Console.WriteLine("chain");
    return default;
});
if (ending == "background-service-throws")
    builder.Services.AddHostedService<ThrowingService>();

using var host = builder.Build();
if (ending == "wait-without-host")
{
    scope.Around(Endings.WaitForEver);
}
else
{
    host.Start();
    Endings.End(ending, scope, host);
}

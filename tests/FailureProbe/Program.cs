using CrashShield.FailureProbe;

// FailureProbe <host> <failure> [settings…]: a process of one kind of host whose circuit fails in one way. It prints what runs at its end, and returns 0.
var (kind, failure, settings) = (args[0], args[1], args[2..]);
using var host = Hosts.Build(kind, failure, settings);
if (kind == "console")
{
    await host.StartAsync();
    Console.WriteLine("the console waits");
    await host.WaitForShutdownAsync();
}
else
{
    await host.RunAsync();
}

Console.WriteLine("returns");
return 0;

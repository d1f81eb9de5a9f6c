using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CrashShield.GuestApps.Running;

/// <summary>One application in a process of its own, from its start to its end.</summary>
internal static class GuestProcess
{
    private const int StartFailed = 70;

    public static async Task<int> RunAsync(Guest guest, GuestSetup setup)
    {
        using var recorders = new Recorders(guest.Listens);
        try
        {
            using var host = guest.Build(setup);
            var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
            var control = new GuestControl(lifetime);
            lifetime.ApplicationStarted.Register(() => Started(host, control));
            if (host is WebApplication app)
                await app.RunAsync();
            else
                await host.RunAsync();
        }
        catch (Exception e)
        {
            GuestControl.Print(new GuestReport { Failure = $"{e.GetType().FullName}: {e.Message}", Seen = SeenLog.Take() });
            return StartFailed;
        }

        GuestControl.Print(new GuestReport { Seen = SeenLog.Take(), Switches = ProcessSwitches.Read() });
        return Environment.ExitCode;
    }

    // The first to be registered is the last to be called: all others have logged what they log at the start.
    private static void Started(IHost host, GuestControl control)
    {
        var addresses = host.Services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        control.Begin(new GuestReport
        {
            Ports = [.. addresses.Select(address => new Uri(address).Port)],
            Switches = ProcessSwitches.Read(),
            Options = HostOptionsSeen.Read(host.Services),
        });
    }
}

using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Supervision;

/// <summary>Which hosted services have used up the host's time to stop.</summary>
internal sealed class LateStops(IServiceProvider services)
{
    /// <summary>Finds them for a service whose turn comes when the time is up.</summary>
    /// <returns>Their names; <c>others</c> where none is known, as what a service does that is no background service cannot be seen.</returns>
    public string Before(IHostedService told)
    {
        // The host stops them the other way round.
        var earlier = services.GetService<IHost>() is { } host ? DotNetHost.ServicesOf(host).Reverse().TakeWhile(service => service != told) : [];
        return string.Join(", ", earlier.Select(NameIfLate).OfType<string>()) is { Length: > 0 } names ? names : "others";
    }

    private static string? NameIfLate(IHostedService service) => service switch
    {
        SupervisedServiceBase supervised => supervised.IsLate ? supervised.Name : null,
        TurnService turn => turn.GoesOn ? turn.Name : null,
        BackgroundService { ExecuteTask.IsCompleted: false } => service.GetType().Name,
        _ => null,
    };
}

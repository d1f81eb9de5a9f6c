using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

/// <summary>A path that probes or scrapers ask, and whether the application serves it by itself. The first decision stays: requests that are still finding out do not change it.</summary>
internal sealed class ManagementRoute
{
    // What stands in front of everything (a redirect, a filter of hosts) may answer the first ones.
    private const int MostAttempts = 3;

    private int _attempts;
    private volatile PathOwner _owner;

    public PathOwner Owner => _owner;

    /// <summary>Our endpoint; <see langword="null"/> as long as it is not mapped at the root.</summary>
    public RequestDelegate? Serve { get; set; }

    /// <summary>The application has answered a request to this path in a way in which it answers no other that it does not know.</summary>
    public void LeaveToApplication() => Decide(PathOwner.Application);

    /// <summary>Nobody but us has answered.</summary>
    public void Take() => Decide(PathOwner.Shield);

    /// <summary>Something in front has answered, so that it is not known who would have.</summary>
    public void TryAgain()
    {
        if (Interlocked.Increment(ref _attempts) >= MostAttempts)
            Take();
    }

    private void Decide(PathOwner owner) => Interlocked.CompareExchange(ref _owner, owner, PathOwner.Unknown);
}

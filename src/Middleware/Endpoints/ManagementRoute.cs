using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

/// <summary>A path that probes or scrapers ask, and whether the application serves it by itself.</summary>
internal sealed class ManagementRoute
{
    // What stands in front of everything (a redirect, a filter of hosts) may answer the first ones.
    private const int MostAttempts = 3;

    private int _attempts;
    private volatile PathOwner _owner;

    public PathOwner Owner => _owner;

    /// <summary>Our endpoint; <see langword="null"/> as long as it is not mapped at the root.</summary>
    public RequestDelegate? Serve { get; set; }

    /// <summary>The application has answered a request to this path, and to no other that it does not know.</summary>
    public void LeaveToApplication() => _owner = PathOwner.Application;

    /// <summary>Nobody but us has answered.</summary>
    public void Take() => _owner = PathOwner.Shield;

    /// <summary>Something in front has answered, so that it is not known who would have.</summary>
    public void TryAgain()
    {
        if (Interlocked.Increment(ref _attempts) >= MostAttempts)
            Take();
    }
}

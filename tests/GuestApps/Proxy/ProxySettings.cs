namespace CrashShield.GuestApps.Proxy;

/// <summary>The section <c>ReverseProxy</c> as a configuration file would have it.</summary>
internal static class ProxySettings
{
    /// <summary>One route for everything, to one cluster.</summary>
    public static string[] One(string destination, params string[] more) =>
    [
        "--ReverseProxy:Routes:all:ClusterId=backend",
        "--ReverseProxy:Routes:all:Match:Path={**path}",
        $"--ReverseProxy:Clusters:backend:Destinations:first:Address={destination}",
        .. more,
    ];
}

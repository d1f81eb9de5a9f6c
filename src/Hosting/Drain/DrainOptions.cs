using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Drain;

/// <summary>How the process goes out of service when it is told to stop (<c>CrashShield:Drain</c>). A host without a web server does not wait.</summary>
public sealed class DrainOptions : ISettings
{
    /// <summary>
    /// How long requests are still served while readiness says no: proxies hear of it late. 0 to 1 hour; default: <see langword="null"/>, which is 5 seconds, and none in Development.
    /// </summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan? Delay { get; set; }

    /// <summary>
    /// How long each answer closes its connection after that, before the server stops: a client that has been told so does not send another request on it. In the last quarter new connections are refused. 0 to 1 hour; default:
    /// <see langword="null"/>, which is 2 seconds, and none in Development.
    /// </summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan? LameDuck { get; set; }

    /// <summary>
    /// How long whoever starts the process lets it stop before it is killed. When all that a shutdown may take is longer, the start says so. 1 second to 1 day; default:
    /// <see langword="null"/>, which is 45 seconds in Kubernetes (<c>KUBERNETES_SERVICE_HOST</c> is set) and unknown elsewhere.
    /// </summary>
    [InRange("00:00:01", "1.00:00:00")]
    public TimeSpan? GracePeriod { get; set; }
}

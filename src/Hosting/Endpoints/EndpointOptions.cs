using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Endpoints;

/// <summary>The endpoints that CrashShield serves (<c>CrashShield:Endpoints</c>).</summary>
public sealed class EndpointOptions : ISettings
{
    /// <summary>Whether <c>UseCrashShield()</c> maps the health and metrics endpoints by itself. Default: <see langword="true"/>.</summary>
    public bool Map { get; set; } = true;

    /// <summary>
    /// The local port that alone answers the endpoints; on every other port they are not found. When the server does not listen on it, CrashShield does, on threads
    /// of its own, so that probes are answered while the thread pool is starved. 1 to 65,535; default: none, every port of the server answers.
    /// </summary>
    [InRange(1, 65_535)]
    public int? ManagementPort { get; set; }

    /// <summary>The address of this machine on which <see cref="ManagementPort"/> is opened. An IP address, or <c>*</c> for all; default: <c>*</c>.</summary>
    [ListenAddress]
    public string ManagementAddress { get; set; } = ListenAddressAttribute.Any;

    /// <summary>
    /// The authorization policy of those who are told the reasons in the JSON of the health endpoints, which may name servers and quote exceptions. On <see cref="ManagementPort"/> and in Development
    /// everybody is. Default: none, nobody is told elsewhere.
    /// </summary>
    [Name]
    public string? DetailsPolicy { get; set; }
}

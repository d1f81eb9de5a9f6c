using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Endpoints;

/// <summary>The endpoints that CrashShield serves (<c>CrashShield:Endpoints</c>).</summary>
public sealed class EndpointOptions
{
    /// <summary>Whether <c>UseCrashShield()</c> maps the health and metrics endpoints by itself. Default: <see langword="true"/>.</summary>
    public bool Map { get; set; } = true;

    /// <summary>
    /// The local port that alone answers the endpoints; on every other port they are not found. The host must listen on it.
    /// 1 to 65,535; default: none, every port answers.
    /// </summary>
    [InRange(1, 65_535)]
    public int? ManagementPort { get; set; }
}

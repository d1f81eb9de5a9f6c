using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Drain;

/// <summary>What .NET's own host keeps to itself.</summary>
internal static class DotNetHost
{
    private const string Name = "Microsoft.Extensions.Hosting.Internal.Host, Microsoft.Extensions.Hosting";

    /// <summary>The hosted services whose failures the host watches; none where it is another host, or a later version that keeps them otherwise.</summary>
    public static IEnumerable<IHostedService> ServicesOf(IHost host)
    {
        if (!Name.StartsWith($"{host.GetType().FullName},", StringComparison.Ordinal))
            return [];
        try
        {
            return Services(host) ?? [];
        }
        catch (Exception e) when (e is MissingMemberException or TypeLoadException)
        {
            return [];
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hostedServices")]
    private static extern ref IEnumerable<IHostedService>? Services([UnsafeAccessorType(Name)] object host);
}

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
        IEnumerable<IHostedService>? all = null;
        TryReach(host, (ref services) => all = services);
        return all ?? [];
    }

    /// <summary>Has the host start and stop these services, and not those that it would ask its container for. To be called before it starts.</summary>
    /// <returns>False where it is another host, or a later version that keeps them otherwise.</returns>
    public static bool TryGive(IHost host, IEnumerable<IHostedService> services) => TryReach(host, (ref kept) => kept = services);

    private static bool TryReach(IHost host, Access access)
    {
        if (!Name.StartsWith($"{host.GetType().FullName},", StringComparison.Ordinal))
            return false;
        try
        {
            access(ref Services(host));
            return true;
        }
        catch (Exception e) when (e is MissingMemberException or TypeLoadException)
        {
            return false;
        }
    }

    // The host asks its container, which knows nobody who asks, when this is null.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hostedServices")]
    private static extern ref IEnumerable<IHostedService>? Services([UnsafeAccessorType(Name)] object host);

    private delegate void Access(ref IEnumerable<IHostedService>? services);
}

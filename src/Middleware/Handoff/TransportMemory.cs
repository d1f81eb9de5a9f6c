using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace CrashShield.Middleware.Handoff;

/// <summary>
/// Gives the transport Kestrel's own pool of pinned blocks. <see cref="SocketConnectionFactoryOptions"/> has no public setting for it, and without it takes <c>MemoryPool&lt;byte&gt;.Shared</c>, whose blocks
/// are pinned one by one and whose <c>Rent(0)</c> is empty, at which <c>BodyWriter.Write</c> throws.
/// </summary>
internal static class TransportMemory
{
    /// <returns>False where this version of the framework has no such setting.</returns>
    public static bool TrySet(SocketConnectionFactoryOptions options, IMemoryPoolFactory<byte> factory)
    {
        try
        {
            SetMemoryPoolFactory(options, factory);
            return true;
        }
        catch (MissingMethodException)
        {
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_MemoryPoolFactory")]
    private static extern void SetMemoryPoolFactory(SocketConnectionFactoryOptions options, IMemoryPoolFactory<byte> factory);
}

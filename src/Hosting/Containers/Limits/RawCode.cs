using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

internal static class RawCode
{
    /// <summary>
    /// Each method of the structs here is compiled for good when it is first called. By tiers it would be counted and compiled again, for which the runtime needs a thread that it knows.
    /// </summary>
    public const MethodImplOptions Final = MethodImplOptions.AggressiveOptimization;
}

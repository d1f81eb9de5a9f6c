using System.Diagnostics;
using System.Runtime.CompilerServices;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Leaks;

/// <summary>Tracks resources that have to be disposed.</summary>
public static class LeakTracker
{
    /// <summary>
    /// Has a resource reported, with the stack that created it, when it is collected without having been disposed. Keep the handle in a field of the resource's and dispose it in its
    /// <c>Dispose</c>. The stack costs some ten microseconds: meant for what lives long, such as connections and leases.
    /// </summary>
    /// <param name="owner">The resource; nothing holds on to it.</param>
    /// <param name="name">What it is, the same for all of its kind. Default: the name of its type.</param>
    /// <param name="file">Left to the compiler.</param>
    /// <param name="line">Left to the compiler.</param>
    /// <param name="member">Left to the compiler.</param>
    /// <returns>The handle.</returns>
    public static IDisposable Track(
        object owner, string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(owner);
        var registry = LeakRegistry.Current;
        if (!registry.IsOn)
            return Untracked.Instance;

        var site = registry.SiteOf(LeakKind.UndisposedResource, name ?? owner.GetType().Name, file, line, member);
        // Without files and lines: they would have to be read from the symbols, and the site has the one that matters.
        return new TrackedResource(registry, site.Add(registry.Time, TraceContext.CurrentTraceId, new StackTrace(1).ToString()));
    }

    private sealed class Untracked : IDisposable
    {
        public static readonly Untracked Instance = new();

        public void Dispose()
        {
        }
    }
}

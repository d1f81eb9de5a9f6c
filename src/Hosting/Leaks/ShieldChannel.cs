using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CrashShield.Hosting.Leaks;

/// <summary>
/// Channels whose readers are reported when they wait for a writer that was collected without completing the channel. Hand out
/// <see cref="Channel{TWrite, TRead}.Reader"/> and <see cref="Channel{TWrite, TRead}.Writer"/>: whoever keeps the channel itself keeps its writer.
/// </summary>
public static class ShieldChannel
{
    /// <summary>As <see cref="Channel.CreateBounded{T}(BoundedChannelOptions)"/>.</summary>
    /// <typeparam name="T">What the channel carries.</typeparam>
    /// <param name="name">What the channel is for, the same for all of its kind.</param>
    /// <param name="options">The channel's options.</param>
    /// <param name="file">Left to the compiler.</param>
    /// <param name="line">Left to the compiler.</param>
    /// <param name="member">Left to the compiler.</param>
    /// <returns>The channel.</returns>
    public static Channel<T> CreateBounded<T>(
        string name, BoundedChannelOptions options,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Watched(Channel.CreateBounded<T>(options), name, file, line, member);

    /// <summary>As <see cref="Channel.CreateUnbounded{T}(UnboundedChannelOptions)"/>.</summary>
    /// <typeparam name="T">What the channel carries.</typeparam>
    /// <param name="name">What the channel is for, the same for all of its kind.</param>
    /// <param name="options">The channel's options, if any.</param>
    /// <param name="file">Left to the compiler.</param>
    /// <param name="line">Left to the compiler.</param>
    /// <param name="member">Left to the compiler.</param>
    /// <returns>The channel.</returns>
    public static Channel<T> CreateUnbounded<T>(
        string name, UnboundedChannelOptions? options = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Watched(Channel.CreateUnbounded<T>(options ?? new()), name, file, line, member);

    private static WatchedChannel<T> Watched<T>(Channel<T> channel, string name, string file, int line, string member)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var registry = LeakRegistry.Current;
        return new(channel, new(registry, registry.SiteOf(LeakKind.OrphanedReader, name, file, line, member)));
    }
}

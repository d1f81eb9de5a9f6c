using System.Collections.Concurrent;

namespace CrashShield.Hosting.Tests.Serving;

/// <summary>What services do, in order.</summary>
internal sealed class Steps
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _all = new();

    public IReadOnlyList<string> All => [.. _all];

    public void Add(string step) => _all.Enqueue(step);

    public void Clear() => _all.Clear();

    public void WaitFor(string step) => Assert.True(SpinWait.SpinUntil(() => _all.Contains(step), Deadline), $"{step} after {string.Join(", ", _all)}");
}

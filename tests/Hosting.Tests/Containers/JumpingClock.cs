using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Containers;

/// <summary>A clock that can be set while the timestamps go on, as on a machine whose time is corrected.</summary>
internal sealed class JumpingClock : FakeTimeProvider
{
    public TimeSpan Jump { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

    // The base class takes it from GetUtcNow().
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}

using System.Runtime.CompilerServices;
using CrashShield.Hosting.Leaks;

namespace CrashShield.Hosting.Tests.Leaks;

public sealed class LeakTrackerTests : IDisposable
{
    private readonly LeakFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task UndisposedResourceIsReportedWithItsCreationStack()
    {
        _fixture.Enter();
        Forget();

        await _fixture.LookUntil(() => _fixture.Log.Named("ResourcesNotDisposed").Count == 1, "it is logged");

        var logged = _fixture.Log.Named("ResourcesNotDisposed")[0];
        Assert.Equal(("1", "Lease"), (logged["Count"], logged["Name"]));
        Assert.StartsWith(".ctor (LeakTrackerTests.cs:", logged["Site"], StringComparison.Ordinal);
        Assert.Contains("LeakTrackerTests.Forget()", logged["CreationStack"], StringComparison.Ordinal);
        Assert.Equal(1, _fixture.Counts.Of("crashshield.resources.undisposed", "resource=Lease"));
    }

    [Fact]
    public async Task ResourceThatIsDisposedByItsOwnersFinalizerIsTakenOffOnce()
    {
        _fixture.Enter();
        var alive = new FinalizedOwner();
        ForgetOwners();

        await _fixture.LookUntil(() => _fixture.Registry.Sites.Single(site => site.Name == nameof(FinalizedOwner)).Alive == 1, "only the living is left");
        for (var i = 0; i < 10; i++)
        {
            LeakFixture.Collect();
            _fixture.Watch.Step();
        }

        Assert.Equal(1, _fixture.Registry.Sites.Single(site => site.Name == nameof(FinalizedOwner)).Alive);
        GC.KeepAlive(alive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ForgetOwners()
    {
        for (var i = 0; i < 10; i++)
            _ = new FinalizedOwner();
    }

    private sealed class FinalizedOwner
    {
        private readonly IDisposable _leak;

        public FinalizedOwner() => _leak = LeakTracker.Track(this);

        ~FinalizedOwner() => _leak.Dispose();
    }

    [Fact]
    public void DisposedResourceIsNot()
    {
        _fixture.Enter();
        Use();

        LeakFixture.Collect();
        _fixture.Watch.Step();

        Assert.Empty(_fixture.Log.Problems);
        Assert.Equal(0, _fixture.Registry.Sites.Sum(site => site.Alive));
    }

    [Fact]
    public void ResourceThatLivesLongIsNotStuck()
    {
        _fixture.Enter();
        using var lease = new Lease();
        _fixture.Time.Advance(TimeSpan.FromHours(1));

        _fixture.Watch.Step();

        Assert.Equal(0, _fixture.Watch.Leaked);
        Assert.Equal([0, 0, 0, 0, 0, 1], Assert.Single(LeakProfile.Take(_fixture.Registry)).Ages);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = new Lease();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use()
    {
        var lease = new Lease();
        lease.Dispose();
        lease.Dispose();
    }

    private sealed class Lease : IDisposable
    {
        private readonly IDisposable _leak;

        public Lease() => _leak = LeakTracker.Track(this);

        public void Dispose() => _leak.Dispose();
    }
}

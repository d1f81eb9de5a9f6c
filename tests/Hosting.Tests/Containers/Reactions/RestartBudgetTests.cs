using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Containers.Reactions;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Containers.Reactions;

public sealed class RestartBudgetTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-budget-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ContainerOptions _options = new();

    private string Path => System.IO.Path.Combine(_directory, "made", "restarts.txt");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void OfAnyTenMinutesThree()
    {
        Assert.Equal([(true, 1), (true, 2), (true, 3), (false, 3)], new[] { Take(), Take(3), Take(3), Take(3) });
        // The first was ten minutes ago.
        Assert.Equal((true, 3), Take(1));
        Assert.Equal((false, 3), Take());
        Assert.Equal((true, 1), Take(20));
        Assert.Single(File.ReadAllLines(Path));
    }

    [Fact]
    public void WhatIsGarbledTellsNothing()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, $"\0\0\nsoon 1 pids\n2026-03-01T11:59:00.0000000Z 4711 pids\n2026-03-01T11:5");
        Assert.Equal((true, 2), Take());
        Assert.Equal(2, File.ReadAllLines(Path).Length);
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(60, 1)]
    public void RestartOfTheFutureCountsWhenItIsNear(int minutes, int taken)
    {
        Take(minutes);
        var back = new FakeTimeProvider(_time.GetUtcNow() - TimeSpan.FromMinutes(minutes));
        Assert.True(new RestartBudget(Path, _options, back).TryTake("pids", out var all));
        Assert.Equal(taken, all);
    }

    [Fact]
    public async Task WaitsForAnotherThatTakesOne()
    {
        Take();
        var other = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var taking = Task.Run(() => Take(), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => taking.WaitAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken));
        await other.DisposeAsync();
        Assert.Equal((true, 2), await taking);
    }

    [Fact]
    public void WhileAnotherTakesOneItCannotBeTaken()
    {
        Take();
        using var other = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Throws<IOException>(() => Take());
    }

    [Fact]
    public void OnlyTheOwnerCanReadIt()
    {
        if (OperatingSystem.IsWindows())
            return;
        Take();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    // Each time by another process.
    private (bool, int) Take(int afterMinutes = 0)
    {
        _time.Advance(TimeSpan.FromMinutes(afterMinutes));
        var isTaken = new RestartBudget(Path, _options, _time).TryTake("pids", out var taken);
        return (isTaken, taken);
    }
}

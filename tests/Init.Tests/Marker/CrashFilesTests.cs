using CrashShield.Init.Marker;

namespace CrashShield.Init.Tests.Marker;

public sealed class CrashFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("init-crashes").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void TheNewestTenStay()
    {
        // The time in the name counts, and as a number.
        for (var time = 15; time > 0; time--)
            Make($"crash-{time}-7.dmp.crashreport.json");

        CrashFiles.Prune(_directory);

        Assert.Equal(Enumerable.Range(6, 10).Select(time => $"crash-{time}-7.dmp.crashreport.json").Order(StringComparer.Ordinal), Names);
    }

    [Fact]
    public void WhatHasAnotherNameStays()
    {
        string[] others =
        [
            "crash-1-7.dmp.bak", "crash-1-7.txt", "crash-1-.dmp", "crash-1-7-oom.dmp", "crash-x-7.dmp", "mycrash-1-7.dmp", "crash-1.crashreport.json", "run.json",
        ];
        foreach (var other in others)
            Make(other);
        Directory.CreateDirectory(Path.Combine(_directory, "crash-2-7.dmp"));
        for (var time = 10; time < 30; time++)
            Make($"crash-{time}-1.dmp");

        CrashFiles.Prune(_directory);

        Assert.Equal([.. others.Order(StringComparer.Ordinal)], Names.Where(name => !name.EndsWith("-1.dmp", StringComparison.Ordinal)));
        Assert.Equal(10, Names.Count(name => name.EndsWith("-1.dmp", StringComparison.Ordinal)));
        Assert.True(Directory.Exists(Path.Combine(_directory, "crash-2-7.dmp")));
    }

    [Fact]
    public void OfTheBundlesTheNewestTenStayAndOtherFoldersAll()
    {
        for (var second = 10; second < 30; second++)
            Directory.CreateDirectory(Path.Combine(_directory, $"crash-20260314T0926{second}Z-7-memory-high", "inside"));
        Directory.CreateDirectory(Path.Combine(_directory, "crash-of-the-year-2026"));

        CrashFiles.Prune(_directory);

        Assert.Equal(
            [.. Enumerable.Range(20, 10).Select(second => $"crash-20260314T0926{second}Z-7-memory-high"), "crash-of-the-year-2026"],
            Directory.GetDirectories(_directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WithoutADirectoryThereIsNothingToDo()
    {
        CrashFiles.Prune(null);
        CrashFiles.Prune(Path.Combine(_directory, "gone"));
    }

    [Fact]
    public void TheNewestOfAProcessIsFound()
    {
        var start = DateTimeOffset.UtcNow;
        Make("crash-1-7.dmp.crashreport.json");
        Make("crash-9-77.dmp.crashreport.json");
        Make("crash-9-7");
        File.SetLastWriteTimeUtc(Path.Combine(_directory, "crash-9-7"), start.UtcDateTime.AddHours(-1));
        Assert.Equal(Path.Combine(_directory, "crash-1-7.dmp.crashreport.json"), CrashFiles.NewestOf(_directory, 7, start.AddMinutes(-1)));

        foreach (var bundle in new[] { "crash-20261125T095121Z-7-failed", "crash-20261125T095122Z-7-failed.partial" })
            Directory.SetLastWriteTimeUtc(Directory.CreateDirectory(Path.Combine(_directory, bundle)).FullName, start.UtcDateTime.AddMinutes(1));
        Assert.Equal(Path.Combine(_directory, "crash-20261125T095121Z-7-failed"), CrashFiles.NewestOf(_directory, 7, start.AddMinutes(-1)));

        Assert.Null(CrashFiles.NewestOf(_directory, 8, start.AddMinutes(-1)));
        Assert.Null(CrashFiles.NewestOf(_directory, 7, start.AddHours(1)));
        Assert.Null(CrashFiles.NewestOf(null, 7, start));
        Assert.Null(CrashFiles.NewestOf(Path.Combine(_directory, "gone"), 7, start));
    }

    private IEnumerable<string> Names => Directory.GetFiles(_directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private void Make(string name) => File.WriteAllText(Path.Combine(_directory, name), "");
}

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
    public void WithoutADirectoryThereIsNothingToDo()
    {
        CrashFiles.Prune(null);
        CrashFiles.Prune(Path.Combine(_directory, "gone"));
    }

    private IEnumerable<string> Names => Directory.GetFiles(_directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private void Make(string name) => File.WriteAllText(Path.Combine(_directory, name), "");
}

namespace CrashShield.Integration.Tests.Weight;

/// <summary>A cgroup (v1) that allows as many tasks as it has.</summary>
internal sealed class TaskCgroup : IDisposable
{
    private const string Parent = "/sys/fs/cgroup/pids";

    private readonly string _directory = Path.Combine(Parent, $"crashshield-test-{Environment.ProcessId}-{Guid.NewGuid():N}");

    private TaskCgroup() => Directory.CreateDirectory(_directory);

    /// <summary>Makes one, or skips the test.</summary>
    public static TaskCgroup Create()
    {
        Assert.SkipUnless(Directory.Exists(Parent), "The machine has no pids hierarchy of cgroup v1.");
        try
        {
            return new();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            Assert.Skip($"No cgroup can be made below {Parent}: {e.Message}");
            throw;
        }
    }

    /// <summary>The command that runs another one in it.</summary>
    public string[] Joining(string[] command) => ["sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", Path.Combine(_directory, "cgroup.procs"), .. command];

    public void AllowNoMore() => File.WriteAllText(Path.Combine(_directory, "pids.max"), File.ReadAllText(Path.Combine(_directory, "pids.current")));

    public void Dispose()
    {
        // What was in it has been killed, and is gone a moment later.
        SpinWait.SpinUntil(() => File.ReadAllText(Path.Combine(_directory, "cgroup.procs")).Length == 0, TimeSpan.FromSeconds(10));
        Directory.Delete(_directory);
    }
}

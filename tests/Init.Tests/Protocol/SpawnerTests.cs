using System.Globalization;
using System.Text;

namespace CrashShield.Init.Tests.Protocol;

public sealed class SpawnerTests : IDisposable
{
    private readonly string _output = Path.GetTempFileName();

    public void Dispose() => File.Delete(_output);

    [Fact]
    public void AWorkerStartsWithWhatIsToBeBlocked() => Assert.Equal(MaskOf(SignalSet.Of(Signal.Usr1)), Spawned(SignalSet.Of(Signal.Usr1))["SigBlk"]);

    [Fact]
    public void AWorkerStartsInItsDirectory()
    {
        var directory = Path.GetTempPath();
        Assert.Equal(0, Spawn($"pwd > {_output}", default, directory));
        Assert.Equal(Path.TrimEndingDirectorySeparator(directory), File.ReadAllText(_output).Trim());
    }

    // SIGPIPE is what .NET ignores in each of its processes, this one too.
    [Fact]
    public void ASignalThatThisProcessIgnoresHasItsDefaultActionInTheChild() => Assert.Equal(0UL, Spawned(default)["SigIgn"] & MaskOf(SignalSet.Of(Signal.Pipe)));

    [Fact]
    public void AProgramThatIsNotThereIsToldByItsError() =>
        Assert.Equal(Errno.NoEntry, Spawner.TrySpawn("/nowhere"u8.ToArray(), ["x"u8.ToArray()], [], -1, default, null, out _));

    private static ulong MaskOf(SignalSet set) => set[0];

    private Dictionary<string, ulong> Spawned(SignalSet blocked)
    {
        Assert.Equal(0, Spawn($"exec grep -E '^Sig(Blk|Ign)' /proc/self/status > {_output}", blocked, null));
        return File.ReadLines(_output).Select(line => line.Split(":\t")).ToDictionary(
            line => line[0], line => ulong.Parse(line[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private static int Spawn(string script, SignalSet blocked, string? directory)
    {
        List<byte[]> command = [.. new[] { "sh", "-c", script }.Select(Encoding.UTF8.GetBytes)];
        List<byte[]> environment = [Encoding.UTF8.GetBytes($"PATH={Environment.GetEnvironmentVariable("PATH")}")];
        var error = Spawner.TrySpawn(command[0], command, environment, -1, blocked, directory, out var processId);
        // Or the runtime has reaped it, once it has ended.
        ChildCalls.WaitPid(processId, out _, 0);
        return error;
    }
}

using System.Globalization;
using System.Text;

namespace CrashShield.Init.Tests.Protocol;

public sealed class SpawnerTests : IDisposable
{
    private readonly string _output = Path.GetTempFileName();

    public void Dispose() => File.Delete(_output);

    [Fact]
    public void AWorkerStartsWithWhatItListensForBlocked() => Assert.Equal(MaskOf(Spawner.Blocked), Spawned(keptIgnored: default)["SigBlk"]);

    // SIGPIPE is what .NET ignores in each of its processes, this one too.
    [Fact]
    public void ASignalThatThisProcessIgnoresHasItsDefaultActionInTheChild() => Assert.Equal(0UL, Spawned(keptIgnored: default)["SigIgn"] & MaskOf(SignalSet.Of(Signal.Pipe)));

    [Fact]
    public void ASignalThatIsToStayIgnoredDoes()
    {
        var pipe = SignalSet.Of(Signal.Pipe);
        Assert.Equal(MaskOf(pipe), Spawned(keptIgnored: pipe)["SigIgn"] & MaskOf(pipe));
    }

    [Fact]
    public void AProgramThatIsNotThereIsToldByItsError() =>
        Assert.Equal(Errno.NoEntry, Spawner.TrySpawn("/nowhere"u8.ToArray(), ["x"u8.ToArray()], [], -1, default, out _));

    private static ulong MaskOf(SignalSet set) => set[0];

    private Dictionary<string, ulong> Spawned(SignalSet keptIgnored)
    {
        List<byte[]> command = [.. new[] { "sh", "-c", $"exec grep -E '^Sig(Blk|Ign)' /proc/self/status > {_output}" }.Select(Encoding.UTF8.GetBytes)];
        List<byte[]> environment = [Encoding.UTF8.GetBytes($"PATH={Environment.GetEnvironmentVariable("PATH")}")];
        Assert.Equal(0, Spawner.TrySpawn(command[0], command, environment, -1, keptIgnored, out var processId));
        // Or the runtime has reaped it, once it has ended.
        ChildCalls.WaitPid(processId, out _, 0);
        return File.ReadLines(_output).Select(line => line.Split(":\t")).ToDictionary(
            line => line[0], line => ulong.Parse(line[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}

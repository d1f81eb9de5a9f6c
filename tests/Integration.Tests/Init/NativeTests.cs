using System.Globalization;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public class NativeTests(NativeProgram program) : IClassFixture<NativeProgram>
{
    [Fact]
    public async Task ItStaysSmallOverHotRestartsAndReplacingItself()
    {
        var path = await program.PublishAsync();
        await using var init = await InitRun.StartAsync([path], ["--probation", "0s"]);
        await init.RestartAsync(2);
        var descriptors = init.Descriptors;
        await init.RestartAsync(60);
        Assert.Equal(0, (await init.ControlAsync("restart", "--self")).ExitCode);
        await init.RestartAsync(2);

        Assert.Equal(descriptors, init.Descriptors);
        Assert.InRange(ResidentKilobytes(init.Id), 1, 6 * 1024);
        Assert.InRange(new FileInfo(path).Length, 1, 4 << 20);
        Assert.Equal(65, await init.AskAsync());
    }

    [Fact]
    public async Task ItsLinesHaveTheRuntimesWordsAndNotTheirKeys()
    {
        await using var init = ChildProcess.StartCommand(
            new Dictionary<string, string>(), [await program.PublishAsync(), "--snapshots", "/dev/null/x", "--", "true"]);

        Assert.Equal(73, await init.WaitForExitAsync(InitRun.Deadline));
        Assert.Equal(
            "crashshield-init: --snapshots '/dev/null/x' cannot be used: Could not find a part of the path '/dev/null/x'.", Assert.Single(init.Errors));
    }

    [Fact]
    public async Task WithNoDescriptorLeftEachRequestIsRefusedByName()
    {
        const int Left = 8;
        await using var init = await InitRun.StartAsync([await program.PublishAsync()], ["--probation", "0s"]);
        await init.LimitDescriptorsAsync(Left);
        var silent = Enumerable.Range(0, Left).Select(_ => RawRequest.AnswerAsync(init, "")).ToArray();

        Assert.Contains("no descriptor is left: Too many open files (24)", await RawRequest.AnswerAsync(init, """{"protocol":1,"command":"restart"}""" + "\n"));
        init.Signal(UnixSignal.Usr2);
        await init.LogAsync("hot restart refused: cannot start dotnet: Too many open files (24)");
        Assert.Equal(1, await init.AskAsync());

        await Task.WhenAll(silent);
        await init.RestartAsync(1);
        Assert.Equal(2, await init.AskAsync());
    }

    private static int ResidentKilobytes(int processId) => int.Parse(
        File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);
}

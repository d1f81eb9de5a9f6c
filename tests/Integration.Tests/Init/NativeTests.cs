using System.Globalization;

namespace CrashShield.Integration.Tests.Init;

public class NativeTests
{
    [Fact]
    public async Task ItStaysSmallOverHotRestartsAndReplacingItself()
    {
        using var program = new NativeProgram();
        var path = await program.PublishAsync();
        await using var init = await InitRun.StartAsync([path], ["--probation", "0s"]);
        await RestartAsync(init, 2);
        var descriptors = Descriptors(init.Id);
        await RestartAsync(init, 60);
        Assert.Equal(0, (await init.ControlAsync("restart", "--self")).ExitCode);
        await RestartAsync(init, 2);

        Assert.Equal(descriptors, Descriptors(init.Id));
        Assert.InRange(ResidentKilobytes(init.Id), 1, 6 * 1024);
        Assert.InRange(new FileInfo(path).Length, 1, 4 << 20);
        Assert.Equal(65, await init.AskAsync());
    }

    private static async Task RestartAsync(InitRun init, int times)
    {
        for (var i = 0; i < times; i++)
            Assert.Equal(0, (await init.ControlAsync("restart")).ExitCode);
        await init.WaitUntilAsync(status => status["retiring"]!.GetValue<int>() == 0);
    }

    private static int Descriptors(int processId) => Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length;

    private static int ResidentKilobytes(int processId) => int.Parse(
        File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);
}

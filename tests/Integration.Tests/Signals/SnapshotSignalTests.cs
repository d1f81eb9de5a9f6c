using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Signals;

/// <summary>SIGQUIT to the real sample.</summary>
public class SnapshotSignalTests
{
    [Theory]
    [InlineData("")]
    [InlineData("QUIT")]
    public async Task WritesABundleAndTheProcessGoesOn(string blocked)
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-quit-");
        await using var sample = await SampleProcess.StartBlockingAsync(blocked, null, null, "--CrashShield:Snapshots:Directory", folder.FullName);

        for (var count = 1; count <= 2; count++)
        {
            await Poll.UntilAsync(
                () =>
                {
                    // Within a second of the one before it is refused.
                    if (folder.GetDirectories("*-sigquit").Length < count)
                        sample.Process.Signal(UnixSignal.Quit);
                    return folder.GetDirectories("*-sigquit").Length >= count;
                },
                $"bundle {count}");
        }

        Assert.All(folder.GetDirectories("*-sigquit"), bundle => Assert.True(File.Exists(Path.Combine(bundle.FullName, "manifest.json"))));
        Assert.Equal("Closed", await sample.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Equal(0, await sample.StopAsync());
        folder.Delete(recursive: true);
    }
}

using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>Processes that a crashed worker has left behind.</summary>
public class HelperProcessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // One in a session of its own, one that does not end at SIGTERM, and one below another.
    private const string Script = """
        setsid sh -c 'echo helper $$; exec sleep 300' &
        sh -c 'trap "" TERM; echo helper $$; exec sleep 300' &
        sh -c 'sh -c "echo helper \$\$; exec sleep 300" & wait' &
        sleep 0.3
        echo worker $$
        exec sleep 300
        """;

    [Fact]
    public async Task TheyAreEndedWhenThatIsAskedFor()
    {
        await using var init = Start("--end-helpers", "1s");
        var (worker, helpers) = await StartedAsync(init);
        ProcessSignal.Send(worker, UnixSignal.Kill);
        await Poll.UntilAsync(() => helpers.All(helper => !Directory.Exists($"/proc/{helper}")), "they have ended");

        // Those of the next worker are not touched.
        var (_, next) = await StartedAsync(init, without: helpers);
        Assert.All(next, helper => Assert.True(Directory.Exists($"/proc/{helper}")));
        await EndAsync(init, next);
    }

    [Fact]
    public async Task OtherwiseTheyAreLeftAlone()
    {
        await using var init = Start();
        var (worker, helpers) = await StartedAsync(init);
        ProcessSignal.Send(worker, UnixSignal.Kill);
        var (_, next) = await StartedAsync(init, without: helpers);

        Assert.All(helpers, helper => Assert.True(Directory.Exists($"/proc/{helper}")));
        await EndAsync(init, [.. helpers, .. next]);
    }

    private static ChildProcess Start(params string[] options) =>
        ChildProcess.StartCommand(new Dictionary<string, string>(), [.. InitRun.Managed, .. options, "--", "sh", "-c", Script]);

    private static async Task<(int Worker, int[] Helpers)> StartedAsync(ChildProcess init, int[]? without = null)
    {
        var known = (without?.Length ?? 0) / 3;
        await Poll.UntilAsync(() => Of(init, "worker ").Length > known && Of(init, "helper ").Length >= 3 * (known + 1), "the worker and its helpers run");
        return (Of(init, "worker ")[^1], Of(init, "helper ")[(3 * known)..]);
    }

    private static int[] Of(ChildProcess init, string prefix) =>
        [.. init.Output.Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => int.Parse(line[prefix.Length..], System.Globalization.CultureInfo.InvariantCulture))];

    private static async Task EndAsync(ChildProcess init, int[] helpers)
    {
        init.Signal(UnixSignal.Term);
        // They have its output as well.
        foreach (var helper in helpers.Where(helper => Directory.Exists($"/proc/{helper}")))
            ProcessSignal.Send(helper, UnixSignal.Kill);
        await init.WaitForExitAsync(Deadline);
    }
}

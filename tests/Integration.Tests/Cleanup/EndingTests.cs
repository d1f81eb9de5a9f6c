using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Cleanup;

public class EndingTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string[] NotACleanup = ["ready", "caught", "unhandled"];

    public static TheoryData<string> Titles => [.. EndingTable.Rows.Select(row => row.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task UsingRunsAsTheTableSays(string title)
    {
        var row = Find(title);
        var output = await EndAsync(row, "using");
        AssertRan(row, row.Using ? "using" : null, output);
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task RunRunsAsTheTableSays(string title)
    {
        var row = Find(title);
        var output = await EndAsync(row, "Run");
        AssertRan(row, row.Run ? "Run" : null, output);
    }

    [Theory]
    [InlineData("An exception leaves `void Main`")]
    [InlineData("An exception leaves another thread")]
    public async Task RunCleansUpBeforeTheCrashAndUsingInTheMidstOfIt(string title)
    {
        Assert.Equal(["Run", "unhandled"], await EndAsync(Find(title), "Run"));
        Assert.Equal(["unhandled", "using"], await EndAsync(Find(title), "using"));
    }

    [Fact]
    public async Task StopsTheHostBeforeTheScopeAroundItEnds()
    {
        var output = await EndAsync(Find("SIGTERM, a host runs"), "using");

        Assert.Equal(["ready", "chain", "using", "ProcessExit"], output);
    }

    [Fact]
    public async Task TheTableInTheDocsIsTheOneThatIsMeasured()
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(BuildPaths.Docs, "cleanup.md"));
        var table = page.SkipWhile(line => !line.StartsWith("| The process ends by |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(EndingTable.Rows.Select(row => row.Row), table);
    }

    private static Ending Find(string title) => EndingTable.Rows.Single(row => row.Title == title);

    private static async Task<IReadOnlyList<string>> EndAsync(Ending row, string scope)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The signals and the exit statuses are Linux's.");
        await using var probe = ChildProcess.Start(BuildPaths.Program("CrashShield.CleanupProbe"), scope, row.Name);
        if (row.Signal is { } signal)
        {
            await probe.WaitForLineAsync(line => line == "ready", Deadline);
            probe.Signal(signal);
        }

        Assert.Equal(row.Status, await probe.WaitForExitAsync(Deadline));
        return probe.Output;
    }

    private static void AssertRan(Ending row, string? scope, IReadOnlyList<string> output)
    {
        string?[] expected = [scope, row.Chain ? "chain" : null, row.ProcessExit ? "ProcessExit" : null];

        // Nothing else, above all no finalizer.
        Assert.Equal(expected.OfType<string>().Order(), output.Except(NotACleanup).Order());
    }
}

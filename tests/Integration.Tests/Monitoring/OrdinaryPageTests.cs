using System.Text.RegularExpressions;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Monitoring;

public partial class OrdinaryPageTests
{
    private static readonly string Tests = Path.Combine(BuildPaths.Repository, "tests");

    [Fact]
    public void EachRowNamesATestThatThereIs()
    {
        var rows = File.ReadLines(Path.Combine(BuildPaths.Docs, "ordinary.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal) && !line.StartsWith("| ordinary behaviour", StringComparison.Ordinal))
            .ToArray();

        Assert.True(rows.Length >= 20, $"{rows.Length} rows");
        Assert.All(rows, row =>
        {
            var named = Named().Matches(row.Split(" | ")[^1]);
            Assert.NotEmpty(named);
            Assert.All(named, test => Assert.True(Exists(test.Groups[1].Value, test.Groups[2].Value), $"There is no {test.Value}."));
        });
    }

    private static bool Exists(string type, string method) => Directory.EnumerateFiles(Tests, type + ".cs", SearchOption.AllDirectories)
        .Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal));

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex Named();
}

using System.Text.RegularExpressions;

namespace CrashShield.Integration.Tests.Monitoring;

public partial class DashboardTests
{
    private readonly Dashboard _dashboard = new();

    [Fact]
    public void EachPanelHasAQueryOnTheChosenDataSourceAndItsOwnPlace()
    {
        var panels = _dashboard.Panels.Where(panel => (string?)panel["type"] != "row").ToList();

        Assert.NotEmpty(panels);
        Assert.Distinct(_dashboard.Panels.Select(panel => (int)panel["id"]!));
        Assert.All(panels, panel =>
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)panel["title"]));
            Assert.NotNull(panel["fieldConfig"]!["defaults"]!["unit"]);
            Assert.NotEmpty(panel["targets"]!.AsArray());
        });
        Assert.All(_dashboard.Targets.Concat(panels), node => Assert.Equal("${datasource}", (string?)node["datasource"]!["uid"]));

        var cells = _dashboard.Panels.Select(panel => panel["gridPos"]!).SelectMany(place =>
            from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!)
            from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!)
            select (x, y)).ToList();
        Assert.Distinct(cells);
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    [Fact]
    public void EachVariableThatIsUsedIsThere()
    {
        var variables = _dashboard.Variables.Select(variable => (string)variable["name"]!).ToHashSet();

        Assert.Superset(new HashSet<string> { "datasource", "namespace", "job", "pod" }, variables);
        Assert.All(Variable().Matches(_dashboard.Text), match => Assert.Contains(match.Groups["name"].Value, variables));
    }

    [Fact]
    public void FitsIntoAConfigMapThatKubectlApplies() =>
        // kubectl keeps a copy in an annotation, and all annotations together may have 256 KiB.
        Assert.InRange(new FileInfo(MonitoringFiles.Dashboard).Length, 1, 200 * 1024);

    // Those that begin with __ are Grafana's own.
    [GeneratedRegex(@"\$\{?(?<name>(?!__)\w+)")]
    private static partial Regex Variable();
}

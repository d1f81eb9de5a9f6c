using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Monitoring;

public class AlertTests
{
    [Fact]
    public async Task PrometheusTakesTheRulesAndEachAlertDoesWhatItsTestSays()
    {
        SystemPackage.Require("prometheus", "promtool");
        var folder = Directory.CreateTempSubdirectory("crashshield-rules-");
        try
        {
            var rules = Path.Combine(folder.FullName, "rules.yaml");
            var tests = Path.Combine(folder.FullName, "alerts.test.yaml");
            await File.WriteAllTextAsync(rules, MonitoringFiles.RuleFile(), TestContext.Current.CancellationToken);
            File.Copy(MonitoringFiles.AlertTests, tests);

            (await CommandRun.OfAsync("promtool", "check", "rules", rules)).AssertSucceeded();
            (await CommandRun.OfAsync("promtool", "test", "rules", tests)).AssertSucceeded();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void EachAlertIsTestedToFireAndNotToFire()
    {
        var (firing, quiet) = (new HashSet<string>(), new HashSet<string>());
        foreach (var test in Yaml.Load(File.ReadAllText(MonitoringFiles.AlertTests)).Single().Items("tests"))
        {
            var expectations = test.Items("promql_expr_test").Where(expectation => expectation.Text("expr")!.Contains("ALERTS", StringComparison.Ordinal)).ToList();
            var fired = expectations.Select(expectation => expectation.Items("exp_samples").Select(sample => sample.Text("labels")!).ToList()).ToList();
            foreach (var alert in Rule.Alerts().Select(rule => rule.Alert!))
            {
                var times = fired.Count(labels => labels.Exists(label => label.Contains($"alertname=\"{alert}\"", StringComparison.Ordinal)));
                if (times == 0)
                    continue;
                firing.Add(alert);
                if (times < fired.Count)
                    quiet.Add(alert);
            }
        }

        Assert.All(Rule.Alerts(), rule => Assert.Contains(rule.Alert!, firing));
        Assert.All(Rule.Alerts(), rule => Assert.Contains(rule.Alert!, quiet));
    }

    [Fact]
    public void EachAlertSaysHowUrgentItIsWhatToDoAndWhereToReadOn()
    {
        Assert.NotEmpty(Rule.Alerts());
        Assert.All(Rule.Alerts(), rule =>
        {
            Assert.StartsWith("CrashShield", rule.Alert, StringComparison.Ordinal);
            Assert.Contains(rule.Severity, new[] { "critical", "warning" });
            Assert.False(string.IsNullOrWhiteSpace(rule.Summary));
            Assert.False(string.IsNullOrWhiteSpace(rule.Description));
            Assert.NotNull(rule.Runbook);
            Assert.True(DocsPage.Exists(rule.Runbook), $"{rule.Runbook} is no heading.");
        });
        Assert.Distinct(Rule.Alerts().Select(rule => rule.Alert));
    }
}

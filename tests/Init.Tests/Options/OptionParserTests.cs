using CrashShield.Init.Options;

namespace CrashShield.Init.Tests.Options;

public class OptionParserTests
{
    [Fact]
    public void DefaultsAreAsDocumented()
    {
        var options = OptionParser.Parse(["--", "dotnet", "WebApi.dll"]).Run!;

        Assert.Equal(["dotnet", "WebApi.dll"], options.Command);
        Assert.Empty(options.Listen);
        Assert.False(options.Spare);
        Assert.Equal(new RestartLimit(5, TimeSpan.FromSeconds(60)), options.Restarts);
        Assert.Equal(TimeSpan.FromSeconds(60), options.ReadyTimeout);
        Assert.Equal(TimeSpan.FromSeconds(75), options.Drain);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Probation);
        Assert.Equal(TimeSpan.FromSeconds(20), options.Throttled);
        Assert.Null(options.Snapshots);
        Assert.Null(options.Control);
        Assert.Null(options.OnDeath);
        Assert.Null(options.OnIncident);
    }

    [Fact]
    public void EveryOptionIsRead()
    {
        var options = OptionParser.Parse(
        [
            "--listen", "tcp:127.0.0.1:5080", "--listen", "unix:/run/a.sock", "--spare", "--restarts", "3/2m", "--ready-timeout", "90s",
            "--drain", "0s", "--probation", "500ms", "--throttled", "0s", "--snapshots", "/var/crash", "--control", "/run/c.sock",
            "--on-death", "tell death", "--on-incident=tell incident", "--", "app", "--", "--spare",
        ]).Run!;

        Assert.Equal(["tcp:127.0.0.1:5080", "unix:/run/a.sock"], options.Listen.Select(endpoint => endpoint.Text));
        Assert.True(options.Spare);
        Assert.Equal(new RestartLimit(3, TimeSpan.FromMinutes(2)), options.Restarts);
        Assert.Equal(TimeSpan.FromSeconds(90), options.ReadyTimeout);
        Assert.Equal(TimeSpan.Zero, options.Drain);
        Assert.Equal(TimeSpan.FromMilliseconds(500), options.Probation);
        Assert.Equal(TimeSpan.Zero, options.Throttled);
        Assert.Equal("/var/crash", options.Snapshots);
        Assert.Equal("/run/c.sock", options.Control);
        Assert.Equal("tell death", options.OnDeath);
        Assert.Equal("tell incident", options.OnIncident);
        Assert.Equal(["app", "--", "--spare"], options.Command);
    }

    [Fact]
    public void AValueMayBeAttached()
    {
        var options = OptionParser.Parse(["--listen=unix:/run/a=b.sock", "--restarts=3/2m", "--drain=30s", "--control=/run/c.sock", "--", "app", "--drain=1s"]).Run!;

        Assert.Equal("unix:/run/a=b.sock", Assert.Single(options.Listen).Text);
        Assert.Equal(new RestartLimit(3, TimeSpan.FromMinutes(2)), options.Restarts);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Drain);
        Assert.Equal("/run/c.sock", options.Control);
        Assert.Equal(["app", "--drain=1s"], options.Command);
        Assert.Equal(new ClientCommand("stop", "/c"), OptionParser.Parse(["stop", "--control=/c"]).Client);
    }

    [Theory]
    [InlineData("--drain 2h -- a", "--drain", "2h", "0s to 1h")]
    [InlineData("--drain soon -- a", "--drain", "soon", "0s to 1h")]
    [InlineData("--drain nans -- a", "--drain", "nans", "0s to 1h")]
    [InlineData("--restarts 5/nans -- a", "--restarts", "5/nans", "1s to 24h")]
    [InlineData("--snapshots  -- a", "--snapshots ''", "directory", "")]
    [InlineData("--control  -- a", "--control ''", "1 to 107 bytes", "")]
    [InlineData("status --control ", "--control ''", "1 to 107 bytes", "")]
    [InlineData("--ready-timeout 0s -- a", "--ready-timeout", "0s", "1s to 1h")]
    [InlineData("--probation -1s -- a", "--probation", "-1s", "0s to 1h")]
    [InlineData("--throttled 2h -- a", "--throttled", "2h", "0s to 1h")]
    [InlineData("--restarts 5 -- a", "--restarts", "5", "0 to 1000 in 1s to 24h")]
    [InlineData("--restarts 1001/60s -- a", "--restarts", "1001/60s", "0 to 1000")]
    [InlineData("--listen 5080 -- a", "--listen", "5080", "tcp:127.0.0.1:5080")]
    [InlineData("--lisen tcp:127.0.0.1:1 -- a", "--lisen", "no option", "--")]
    [InlineData("--drain", "--drain", "needs a value", "")]
    [InlineData("--drain -- a", "--drain", "needs a value", "")]
    [InlineData("--spare", "no --", "usage", "")]
    [InlineData("--spare --", "no command", "--", "")]
    [InlineData("status", "status", "--control PATH", "")]
    [InlineData("restart --control /c --spare", "--spare", "restart", "")]
    [InlineData("restart --control /c --json", "--json", "restart", "")]
    [InlineData("restart --self --cold --control /c", "one of --self and --cold", "", "")]
    [InlineData("restrat --control /c", "'restrat' is no sub-command", "status, restart, stop", "-- restrat")]
    [InlineData("dotnet App.dll", "'dotnet' is no sub-command", "after --", "[options] -- dotnet")]
    [InlineData("--spare dotnet App.dll", "'dotnet' is no option", "after --", "")]
    [InlineData("--control /c status", "status comes first", "crashshield-init status --control PATH", "")]
    [InlineData("--lisen=tcp:127.0.0.1:1 -- a", "--lisen is no option", "after --", "")]
    [InlineData("--spare=yes -- a", "--spare takes no value", "'yes'", "")]
    [InlineData("--drain= -- a", "--drain ''", "0s to 1h", "")]
    [InlineData("--on-death= -- a", "--on-death ''", "a command", "")]
    [InlineData("--=30s -- a", "--=30s", "no option", "")]
    [InlineData("restart --self=yes --control /c", "--self takes no value", "'yes'", "")]
    [InlineData("status --control=", "--control ''", "1 to 107 bytes", "")]
    public void AMistakeNamesOptionValueAndRange(string arguments, string first, string second, string third)
    {
        var mistake = Assert.Throws<InitException>(() => OptionParser.Parse(arguments.Split(' ')));

        Assert.Equal(64, mistake.ExitCode);
        Assert.Contains(first, mistake.Message);
        Assert.Contains(second, mistake.Message);
        Assert.Contains(third, mistake.Message);
        Assert.DoesNotContain('\n', mistake.Message);
    }

    [Fact]
    public void TheStatusMayBeForScripts() =>
        Assert.Equal(new ClientCommand("status", "/c", AsJson: true), OptionParser.Parse(["status", "--json", "--control", "/c"]).Client);

    [Theory]
    [InlineData("status --control /c", "status")]
    [InlineData("restart --control /c", "restart")]
    [InlineData("restart --self --control /c", "upgrade")]
    [InlineData("restart --cold --control /c", "cold-restart")]
    [InlineData("stop --control /c", "stop")]
    public void SubCommandsAreRead(string arguments, string command) =>
        Assert.Equal(new ClientCommand(command, "/c"), OptionParser.Parse(arguments.Split(' ')).Client);

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("--drain 1s --help")]
    public void HelpIsAText(string arguments) => Assert.NotNull(OptionParser.Parse(arguments.Split(' ')).Text);

    [Theory]
    [InlineData("1ms", 0.001)]
    [InlineData("1.5s", 1.5)]
    [InlineData("2m", 120)]
    [InlineData("1h", 3600)]
    public void DurationsAreRead(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("1e9s")]
    [InlineData("∞s")]
    [InlineData("NaNs")]
    [InlineData("-Infinitys")]
    [InlineData("99999999999999h")]
    public void WhatIsNoDurationIsRefused(string text) => Assert.False(Duration.TryParse(text, out _));
}

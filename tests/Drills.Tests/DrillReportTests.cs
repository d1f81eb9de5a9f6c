using System.Text.Json.Nodes;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Tests;

public class DrillReportTests
{
    private static readonly PeerProgram Missing = new("peer", "peer-light", "no-such-command-of-a-peer");

    private readonly DrillReport _report = new(DrillOptions.Parse(["restart", "--short"])!);

    private JsonNode Json => JsonNode.Parse(_report.ToJson())!;

    [Fact]
    public void APeerThatIsNotInstalledIsNamedWithItsPackageAndFailsNoBar()
    {
        _report.Require("our own bar", held: true, "seen");

        Assert.False(_report.Has(Missing));
        Assert.Equal("""[{"name":"peer","package":"peer-light"}]""", Json["leftOut"]!.ToJsonString());
        Assert.True((bool)Json["held"]!);
    }

    [Fact]
    public void APeerThatIsInstalledIsNotLeftOut()
    {
        Assert.True(_report.Has(new("shell", "dash", "sh")));
        Assert.Empty(Json["leftOut"]!.AsArray());
    }

    [Fact]
    public void ABarThatIsMissedFailsTheDrill()
    {
        _report.Require("held", held: true, "seen");
        _report.Require("missed", held: false, "seen");

        Assert.False((bool)Json["held"]!);
        Assert.Equal(2, Json["bars"]!.AsArray().Count);
    }

    [Fact]
    public void WhatIsNotAtItsDefaultIsInTheLastLine()
    {
        Assert.Empty(Json["changed"]!.AsArray());

        _report.Change("CrashShield:Drain:Delay", "00:00:00", "only in the control");

        Assert.Equal("""[{"setting":"CrashShield:Drain:Delay","value":"00:00:00","reason":"only in the control"}]""", Json["changed"]!.ToJsonString());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void OneShedRequestMissesTheBar(long shed, bool held)
    {
        _report.RequireNoneShed("half of the capacity", shed, total: 1_000);

        Assert.Equal(held, (bool)Json["held"]!);
        Assert.Equal($"{shed} of 1000", (string)Json["bars"]![0]!["seen"]!);
    }
}

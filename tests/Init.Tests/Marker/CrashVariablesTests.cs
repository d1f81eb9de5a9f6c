using CrashShield.Init.Marker;

namespace CrashShield.Init.Tests.Marker;

public class CrashVariablesTests
{
    [Fact]
    public void TheReportAloneIsSwitchedOn() => Assert.Equal(
        ["DOTNET_DbgEnableMiniDump=1", "DOTNET_DbgMiniDumpName=/dumps/crash-%t-%p.dmp", "DOTNET_EnableCrashReportOnly=1"],
        CrashVariables.For("/dumps", _ => false).Select(variable => $"{variable.Key}={variable.Value}"));

    [Theory]
    [InlineData("DOTNET_EnableCrashReportOnly")]
    [InlineData("COMPlus_EnableCrashReportOnly")]
    public void WhatTheUserHasSetStays(string name) => Assert.DoesNotContain(
        CrashVariables.For("/dumps", set => set == name), variable => variable.Key == "DOTNET_EnableCrashReportOnly");

    [Fact]
    public void WithoutADirectoryThereAreNone() => Assert.Empty(CrashVariables.For(null, _ => false));
}

namespace CrashShield.Integration.Tests.Publishing;

/// <summary>Warnings as the trimmer and the native compiler print them.</summary>
public class TrimWarningTests
{
    private const string Reason = "Using member 'System.Reflection.Assembly.GetReferencedAssemblies()' which has 'RequiresUnreferencedCodeAttribute' can break functionality when trimming application code.";

    [Theory]
    [InlineData("/src/PrometheusUse.cs(16,9): Trim analysis warning IL2026: CrashShield.Middleware.Metrics.PrometheusUse.UsesIt(Assembly): ", "CrashShield.Middleware.Metrics.PrometheusUse.UsesIt")]
    [InlineData("ILC : AOT analysis warning IL3050: CrashShield.Hosting.Supervision.ServiceAttempt`1<T>.<RunAsync>d__5.MoveNext(): ", "CrashShield.Hosting.Supervision.ServiceAttempt`1<T>.<RunAsync>d__5.MoveNext")]
    [InlineData("ILLink : Trim analysis warning IL2026: Program.<Main>$(String[]): ", "Program.<Main>$")]
    public void AWarningHasItsCodeAndItsMember(string start, string member)
    {
        var warning = Assert.Single(TrimWarning.In([$"{start}{Reason} [/src/WebApi.csproj]", $"{start}{Reason}", "  Optimizing assemblies for size."]));

        Assert.Equal(member, warning.Member);
        Assert.Equal(start + Reason, warning.Line);
    }

    [Fact]
    public void AMemberIsOfTheAssemblyOfItsType()
    {
        var assemblies = new AssemblyOfType(AppContext.BaseDirectory);

        Assert.Equal("CrashShield.Integration.Tests", assemblies.Of("CrashShield.Integration.Tests.Publishing.TrimWarningTests.AMemberIsOfTheAssemblyOfItsType"));
        Assert.Equal("CrashShield.Integration.Tests", assemblies.Of("CrashShield.Integration.Tests.Processes.Arrivals`1<T>.<WaitForAsync>d__5.MoveNext"));
        Assert.Equal("unknown", assemblies.Of("Program.<Main>$"));
    }
}

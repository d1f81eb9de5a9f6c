using CrashShield.Hosting.Handoff;

namespace CrashShield.Hosting.Tests.Handoff;

public class SuccessorTests
{
    [Fact]
    public void EmptyArgumentsArePassedOn()
    {
        Assert.Equal(["app", "", "--name", "", ""], Successor.Arguments("app\0\0--name\0\0\0"));
        Assert.Equal(["app"], Successor.Arguments("app\0"));
    }

    [Fact]
    public void ProgramBehindALinkIsTheOneThatTheLinkNamesNow()
    {
        var folder = Directory.CreateTempSubdirectory("releases");
        try
        {
            foreach (var release in new[] { "1", "2" })
                File.WriteAllText(Path.Combine(folder.CreateSubdirectory(release).FullName, "app"), release);
            var link = Path.Combine(folder.FullName, "current");
            Directory.CreateSymbolicLink(link, "2");

            var program = Successor.Program(Path.Combine(link, "app"));
            Assert.Equal(Path.Combine(link, "app"), program);
            Assert.Equal("2", File.ReadAllText(program));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("dotnet")]
    [InlineData("./nowhere/app")]
    public void ProgramThatIsNoPathOrGoneIsTheRunningOne(string called) => Assert.Equal(Environment.ProcessPath, Successor.Program(called));
}

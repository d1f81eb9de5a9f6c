using System.Text;
using CrashShield.Hosting.Handoff;

namespace CrashShield.Hosting.Tests.Handoff;

public class SuccessorTests
{
    [Fact]
    public void EmptyArgumentsArePassedOn()
    {
        Assert.Equal(["app", "", "--name", "", ""], Arguments("app\0\0--name\0\0\0"u8));
        Assert.Equal(["app"], Arguments("app\0"u8));
    }

    [Fact]
    public void ArgumentsThatAreNoUtf8ArePassedOnAsTheyAre() => Assert.Equal([0xff, 0xe4], Successor.Arguments([(byte)'a', 0, 0xff, 0xe4, 0])[1]);

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

    private static string[] Arguments(ReadOnlySpan<byte> commandLine) => [.. Successor.Arguments(commandLine).Select(Encoding.UTF8.GetString)];
}

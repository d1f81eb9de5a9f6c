using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Tests.Processes;

public class PeerProgramTests
{
    [Fact]
    public void TheFirstFolderThatHasTheCommandCounts()
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-peer-").FullName;
        try
        {
            var file = Path.Combine(folder, "peer");
            File.WriteAllText(file, "");

            Assert.Equal(file, PeerProgram.Find("peer", [Path.Combine(folder, "missing"), folder]));
            Assert.Null(PeerProgram.Find("other", [folder]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void OneThatIsMissingNamesItsPackage()
    {
        var peer = new PeerProgram("nginx", "nginx-light", "no-such-command-of-a-peer");

        Assert.Null(peer.Path);
        Assert.Equal("nginx is not installed: apt-get install nginx-light.", Assert.Throws<InvalidOperationException>(() => peer.RequiredPath).Message);
    }
}

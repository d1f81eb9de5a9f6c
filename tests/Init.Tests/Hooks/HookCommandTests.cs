using System.Text;
using CrashShield.Init.Hooks;

namespace CrashShield.Init.Tests.Hooks;

public class HookCommandTests
{
    [Theory]
    [InlineData("/usr/local/bin/tell", "/usr/local/bin/tell")]
    [InlineData(" tell  --all ops@example.org ", "tell,--all,ops@example.org")]
    public void WordsNeedNoShell(string command, string words) => Assert.Equal(words.Split(','), Words(command));

    [Theory]
    [InlineData("echo \"$CRASHSHIELD_REASON\"")]
    [InlineData("tell || true")]
    [InlineData("tell 2>/dev/null")]
    public void AScriptIsTheShells(string command) => Assert.Equal(["/bin/sh", "-c", command], Words(command));

    private static IEnumerable<string> Words(string command) => HookCommand.Of(command).Select(Encoding.UTF8.GetString);
}

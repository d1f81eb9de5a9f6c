namespace CrashShield.Integration.Tests.Processes;

/// <summary>What a test needs of the machine beside .NET.</summary>
internal static class SystemPackage
{
    /// <summary>Skips the test when a command is missing, or fails it where <c>./test.sh</c> was to install it.</summary>
    /// <param name="package">The Debian package.</param>
    /// <param name="command">The command in it.</param>
    public static void Require(string package, string command)
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (folders.Any(folder => File.Exists(Path.Combine(folder, command))))
            return;

        var reason = $"needs the command {command} of the Debian package {package}";
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CRASHSHIELD_TESTS_REQUIRE_PACKAGES") == "1", reason);
        Assert.Fail(reason);
    }
}

namespace CrashShield.Integration.Tests.Processes;

/// <summary>What a test needs of the machine beside .NET.</summary>
internal static class SystemPackage
{
    /// <summary>Skips the test when a command is missing, or fails it where <c>./test.sh</c> was to install it.</summary>
    /// <param name="package">The Debian package.</param>
    /// <param name="command">The command in it.</param>
    public static void Require(string package, string command) =>
        RequireThat(IsThere(command), $"needs the command {command} of the Debian package {package}");

    /// <summary>Skips the test when something else is missing that <c>./test.sh</c> installs, or fails it where it was to.</summary>
    public static void RequireThat(bool isThere, string reason)
    {
        if (isThere)
            return;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CRASHSHIELD_TESTS_REQUIRE_PACKAGES") == "1", reason);
        Assert.Fail(reason);
    }

    /// <summary>Whether a command is there, by its name in the PATH or by its own path.</summary>
    public static bool IsThere(string command) =>
        (Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? []).Any(folder => File.Exists(Path.Combine(folder, command)));
}

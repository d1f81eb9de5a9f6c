namespace CrashShield.Drills.Processes;

/// <summary>What the sample is started with in every drill: as in production, on its defaults, its database in a directory of the drill's.</summary>
internal static class SampleArguments
{
    public static string[] Of(DirectoryInfo directory, params IEnumerable<string> settings) =>
    [
        "--environment", "Production", "--urls", "http://127.0.0.1:0", "--Drills", "true", "--contentRoot", Path.GetDirectoryName(BuildPaths.WebApi)!,
        "--Orders:Database", Path.Combine(directory.FullName, "orders.db"), .. settings,
    ];
}

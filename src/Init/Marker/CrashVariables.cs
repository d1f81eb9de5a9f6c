namespace CrashShield.Init.Marker;

/// <summary>
/// The runtime's settings for a crash report, which are read at process start: only a launcher can set them. The report alone: a dump holds
/// secrets, and who wants one sets the variables.
/// </summary>
internal static class CrashVariables
{
    public static IEnumerable<KeyValuePair<string, string>> For(string? directory, Func<string, bool> isSet) => directory is null ? [] :
        new KeyValuePair<string, string>[]
        {
            new("DbgEnableMiniDump", "1"),
            new("DbgMiniDumpName", Path.Combine(directory, "crash-%t-%p.dmp")),
            new("EnableCrashReportOnly", "1"),
        }
        .Where(variable => !isSet("DOTNET_" + variable.Key) && !isSet("COMPlus_" + variable.Key))
        .Select(variable => new KeyValuePair<string, string>("DOTNET_" + variable.Key, variable.Value));
}

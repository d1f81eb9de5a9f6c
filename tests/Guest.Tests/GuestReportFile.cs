using CrashShield.Guest.Tests.Differences;

namespace CrashShield.Guest.Tests;

/// <summary>What was found of each application, beside the test's assembly, for whoever wants to read more than the test says.</summary>
internal static class GuestReportFile
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "guest-reports");

    public static void Write(string name, Findings findings)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, $"{name}.txt"), findings.Report());
    }
}

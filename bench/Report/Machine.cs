using System.Globalization;
using System.Runtime.InteropServices;

namespace CrashShield.Report;

/// <summary>Where it was measured.</summary>
internal sealed record Machine(string Date, string Processor, int Cores, string Kernel, string Sdk, string Runtime)
{
    public static Machine This() => new(
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        ProcessorModel(), Environment.ProcessorCount, RuntimeInformation.OSDescription,
        Environment.GetEnvironmentVariable("SDK_VERSION") ?? "unknown", RuntimeInformation.FrameworkDescription);

    private static string ProcessorModel()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return model?[(model.IndexOf(':', StringComparison.Ordinal) + 2)..] ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

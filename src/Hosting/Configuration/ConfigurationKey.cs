using System.Globalization;

namespace CrashShield.Hosting.Configuration;

internal static class ConfigurationKey
{
    public const string Section = "CrashShield";

    /// <summary>The one line that a wrong setting ends the start with.</summary>
    /// <param name="path">The configuration key, or the validator's path, <c>CrashShieldOptions.Feature.Setting</c>.</param>
    /// <param name="value">What was given.</param>
    /// <param name="allowed">What may be given, as it follows "must be".</param>
    public static string Error(string path, object? value, string allowed)
    {
        var key = path.Replace(nameof(CrashShieldOptions) + ".", Section + ":", StringComparison.Ordinal).Replace('.', ':');
        return string.Create(CultureInfo.InvariantCulture, $"{key} = '{value}': must be {allowed}.");
    }
}

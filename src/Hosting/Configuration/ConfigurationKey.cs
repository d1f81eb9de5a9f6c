using System.Globalization;

namespace CrashShield.Hosting.Configuration;

/// <summary>The one line that a wrong setting ends the start with.</summary>
internal static class ConfigurationKey
{
    public const string Section = "CrashShield";

    /// <summary>The line for a value that is not allowed.</summary>
    /// <param name="path">The configuration key.</param>
    /// <param name="value">What was given.</param>
    /// <param name="allowed">What may be given, as it follows "must be".</param>
    public static string Error(string path, object? value, string allowed)
    {
        var written = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return $"{OneLine.Escape(path)} = '{OneLine.CutAndEscape(written)}': must be {OneLine.Escape(allowed)}.";
    }

    /// <summary>The line for a key that is no setting.</summary>
    /// <param name="path">The configuration key.</param>
    /// <param name="known">The names that would have been known.</param>
    public static string Unknown(string path, string known) => $"{OneLine.Escape(path)} is not a setting: known here are {known}.";

    /// <summary>The configuration key of the validator's path, <c>CrashShieldOptions.Feature.Setting</c>.</summary>
    /// <param name="path">The validator's path.</param>
    public static string Of(string path) =>
        path.Replace(nameof(CrashShieldOptions) + ".", Section + ":", StringComparison.Ordinal).Replace('.', ':');
}

using System.Net.Http.Headers;

namespace CrashShield.Guest.Tests.Runs;

internal static class Headers
{
    /// <summary>Adds each header as one value, its name in lower case.</summary>
    public static void AddTo(IDictionary<string, string> values, string prefix, HttpHeaders headers)
    {
        foreach (var (name, all) in headers.NonValidated)
            values[prefix + name.ToLowerInvariant()] = Text(name, string.Join(", ", all));
    }

    private static string Text(string name, string value) => name.ToLowerInvariant() switch
    {
        "date" => "{time}",
        // Chosen at random from 1 to 5.
        "retry-after" when value.Length == 1 => "{seconds}",
        _ => value,
    };
}

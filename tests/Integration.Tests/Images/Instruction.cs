using System.Text.Json;

namespace CrashShield.Integration.Tests.Images;

/// <summary>An instruction of a Dockerfile: its keyword, its options such as <c>--from=build</c>, and the rest.</summary>
internal sealed record Instruction(string Keyword, IReadOnlyDictionary<string, string> Options, string Arguments)
{
    public IReadOnlyList<string> Words => Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The words of the exec form, a JSON array; <see langword="null"/> for the shell form, whose shell swallows signals.</summary>
    public IReadOnlyList<string>? Exec => Arguments.StartsWith('[') ? JsonSerializer.Deserialize<string[]>(Arguments) : null;

    public static Instruction Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var options = words.Skip(1).TakeWhile(word => word.StartsWith("--", StringComparison.Ordinal)).ToList();
        return new(
            words[0].ToUpperInvariant(),
            options.Select(option => option.Split('=', 2)).ToDictionary(option => option[0][2..], option => option.ElementAtOrDefault(1) ?? ""),
            string.Join(' ', words.Skip(1 + options.Count)));
    }
}

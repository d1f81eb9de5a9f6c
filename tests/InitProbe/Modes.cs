namespace CrashShield.InitProbe;

/// <summary>What a worker is to do wrong: words of a file that the test rewrites before the next worker starts.</summary>
internal sealed class Modes(string file)
{
    private readonly string[] _words = File.ReadAllText(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    public bool Has(string word) => _words.Contains(word);

    public string Value(string name, string otherwise) =>
        _words.FirstOrDefault(word => word.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? otherwise;

    public int? Number(string name) => int.TryParse(Value(name, ""), out var number) ? number : null;
}

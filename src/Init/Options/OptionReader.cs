namespace CrashShield.Init.Options;

/// <summary>Reads a command line option by option: <c>--drain 30s</c> and <c>--drain=30s</c> are the same.</summary>
/// <param name="arguments">The command line.</param>
/// <param name="start">Where the options begin.</param>
internal sealed class OptionReader(IReadOnlyList<string> arguments, int start)
{
    private int _read;
    private string? _attached;

    /// <summary>The option that was read last, without the value that is attached to it.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Whether nothing was read before it.</summary>
    public bool IsFirst => _read == 1;

    /// <summary>What has not been read.</summary>
    public IEnumerable<string> Rest => arguments.Skip(start + _read);

    private bool HasMore => start + _read < arguments.Count;

    public bool Next()
    {
        if (!HasMore)
            return false;
        var word = arguments[start + _read++];
        var split = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) : -1;
        (Name, _attached) = split <= 2 ? (word, null) : (word[..split], word[(split + 1)..]);
        return true;
    }

    /// <exception cref="InitException">There is none.</exception>
    public string Value()
    {
        if (_attached is not null)
            return _attached;
        if (!HasMore || arguments[start + _read] == "--")
            throw OptionParser.Mistake($"{Name} needs a value");
        return arguments[start + _read++];
    }

    /// <exception cref="InitException">It has one.</exception>
    public void NoValue()
    {
        if (_attached is not null)
            throw OptionParser.Mistake($"{Name} takes no value; this one has '{_attached}'");
    }
}

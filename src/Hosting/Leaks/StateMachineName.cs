namespace CrashShield.Hosting.Leaks;

/// <summary>
/// Reads the method from the runtime's description of a state machine, <c>Namespace.Type+&lt;Method&gt;d__5</c> and a line for each field. The fields are dropped: they hold whatever
/// the method worked on, people's data included.
/// </summary>
internal static class StateMachineName
{
    public static string MethodOf(string description)
    {
        var name = description.AsSpan();
        var end = name.IndexOfAny("\r\n[");
        if (end >= 0)
            name = name[..end];

        // Lambdas and local functions keep the compiler's name: it is the only one they have.
        var start = name.LastIndexOf("+<");
        var close = name.LastIndexOf('>');
        return start > 0 && close > start + 2 && name[start + 2] != '<' && name[close..].StartsWith(">d")
            ? $"{name[..start]}.{name[(start + 2)..close]}"
            : name.ToString();
    }
}

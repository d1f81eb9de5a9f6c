namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>A method's name as a person writes it.</summary>
/// <param name="Text">Such as <c>Shop.OrderStore.Load</c>.</param>
/// <param name="IsFramework">Whether it belongs to .NET, to ASP.NET Core or to CrashShield.</param>
/// <param name="IsPlumbing">Whether it only carries a call or an async method along, and says nothing about the code.</param>
/// <param name="IsCompiledAtRunTime">Whether it has no name of its own, as an expression that was compiled, of which ASP.NET Core makes the endpoints.</param>
internal sealed record MethodName(string Text, bool IsFramework, bool IsPlumbing, bool IsCompiledAtRunTime = false)
{
    private static readonly string[] Framework = ["System.", "Microsoft.", "CrashShield.", "Internal.", "Interop."];

    private static readonly string[] Plumbing =
    [
        "System.Runtime.CompilerServices.Async", "System.Threading.ExecutionContext.", "System.Runtime.CompilerServices.ConfiguredTask",
        "System.Threading.Tasks.AwaitTaskContinuation", "Internal.", "Interop.",
    ];

    /// <summary>Reads the compiler's names of async methods, iterators, lambdas and local functions.</summary>
    /// <param name="type">The type with its namespace, as the runtime writes it.</param>
    /// <param name="method">The method.</param>
    public static MethodName Of(ReadOnlySpan<char> type, ReadOnlySpan<char> method)
    {
        // What the runtime made for itself, such as the stub of a P/Invoke, and what a library compiled.
        if (type.SequenceEqual("dynamicClass"))
            return new($"{method} (compiled at run time)", true, method.StartsWith("IL_STUB"), true);

        // The type arguments may hold any other type's name.
        if (type.IndexOf('[') is >= 0 and var bracket)
            type = type[..bracket];

        var text = Outer(type) + Inner(method, OfStateMachine(type));
        return new(text, Array.Exists(Framework, text.StartsWith), Array.Exists(Plumbing, text.StartsWith));
    }

    // Up to the compiler's own types: Shop.Program+<>c, Shop.Program+<LoadAsync>d__3.
    private static string Outer(ReadOnlySpan<char> type)
    {
        if (type.IndexOf("+<") is > 0 and var generated)
            type = type[..generated];
        var outer = new System.Text.StringBuilder(type.Length + 1);
        for (var i = 0; i < type.Length; i++)
        {
            if (type[i] != '`')
                outer.Append(type[i] == '+' ? '.' : type[i]);
            else
                while (i + 1 < type.Length && char.IsAsciiDigit(type[i + 1]))
                    i++;
        }

        return outer.Length == 0 ? "" : outer.Append('.').ToString();
    }

    private static string Inner(ReadOnlySpan<char> method, ReadOnlySpan<char> stateMachine)
    {
        if (stateMachine.Length > 0)
            method = stateMachine;
        // <Main>b__0_1, <Main>g__Load|0_0, <<Main>$>b__0: the brackets hold the method that it was written in.
        var close = method.LastIndexOf('>');
        if (close < 1 || method[0] != '<')
            return method.ToString();

        var written = method[1..close].Trim("<>$").ToString();
        var rest = method[(close + 1)..];
        if (rest.StartsWith("b__"))
            return written + " lambda";
        return rest.StartsWith("g__") && rest.IndexOf('|') is > 3 and var bar ? $"{written}.{rest[3..bar]}" : written;
    }

    // Of Shop.Program+<LoadAsync>d__3 or Shop.Program+<>c+<<Main>b__0_0>d the part in brackets.
    private static ReadOnlySpan<char> OfStateMachine(ReadOnlySpan<char> type)
    {
        var start = type.LastIndexOf("+<");
        var close = type.LastIndexOf('>');
        return start > 0 && close > start + 2 && type[close..].StartsWith(">d") ? type[(start + 2)..close] : default;
    }
}

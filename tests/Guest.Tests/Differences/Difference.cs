namespace CrashShield.Guest.Tests.Differences;

/// <summary>Something that is not as with ASP.NET Core's own handler in the place of the shield.</summary>
/// <param name="App">The application.</param>
/// <param name="Environment">Production or Development.</param>
/// <param name="Scenes">The request, or the start or the end of the process.</param>
/// <param name="Facet">What it is about: <c>status</c>, <c>header:…</c>, <c>body</c>, <c>Log</c>, …</param>
/// <param name="None">How it is with nothing in the place of the shield.</param>
/// <param name="Handler">How it is with ASP.NET Core's own handler there.</param>
/// <param name="Shield">How it is with the shield.</param>
internal sealed record Difference(string App, string Environment, Trio Scenes, string Facet, string? None, string? Handler, string? Shield)
{
    /// <summary>Whether the shield brings what neither of the others has.</summary>
    public bool IsAdded => None is null && Handler is null && Shield is not null;

    public bool IsProduction => Environment == "Production";

    public bool IsLog => Facet is "Log" or "LogScopes" or "LogCulture";

    /// <summary>The path that is asked for; empty at the start and the end.</summary>
    public string Path => Scenes.Shield.Path;

    /// <summary>Whether it is of a request whose failure CrashShield has answered.</summary>
    public bool IsOfAnAnswer => Scenes.Shield.Values.ContainsKey("header:traceresponse");

    /// <summary>Whether any of the three has a text in it.</summary>
    public bool Has(string text) => Contains(None, text) || Contains(Handler, text) || Contains(Shield, text);

    public override string ToString() =>
        $"{App}, {Environment}, {Scenes.Shield.Name}: {Facet}\n      none:    {None ?? "-"}\n      handler: {Handler ?? "-"}\n      shield:  {Shield ?? "-"}";

    private static bool Contains(string? text, string part) => text?.Contains(part, StringComparison.Ordinal) == true;
}

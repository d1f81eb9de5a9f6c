using CrashShield.Guest.Tests.Runs;

namespace CrashShield.Guest.Tests.Differences;

/// <summary>Something that is not as it is without the shield, or not as with ASP.NET Core's own handler.</summary>
/// <param name="App">The application.</param>
/// <param name="Environment">Production or Development.</param>
/// <param name="Scene">The request, or the start or the end of the process, as it is with the shield.</param>
/// <param name="Facet">What it is about: <c>status</c>, <c>header:…</c>, <c>body</c>, <c>log</c>, …</param>
/// <param name="None">How it is with nothing in the place of the shield.</param>
/// <param name="Handler">How it is with ASP.NET Core's own handler there.</param>
/// <param name="Shield">How it is with the shield.</param>
internal sealed record Difference(
    string App, string Environment, Scene Scene, string Facet, string? None, string? Handler, string? Shield)
{
    /// <summary>Whether the shield brings what neither of the others has.</summary>
    public bool IsAdded => None is null && Handler is null && Shield is not null;

    /// <summary>Whether the application has lost what it had, or what the handler would have given it.</summary>
    public bool IsLost => Shield is null;

    /// <summary>Whether only the handler differs: it has, or lacks, what the application and the shield have not, or have.</summary>
    public bool IsOnlyUnlikeHandler => Shield == None;

    /// <summary>Whether it is of a request whose failure CrashShield has answered.</summary>
    public bool IsOfAnAnswer => Scene.Values.ContainsKey("header:traceresponse");

    public bool IsProduction => Environment == "Production";

    public override string ToString() =>
        $"{App}, {Environment}, {Scene.Name}: {Facet}\n      none:    {None ?? "-"}\n      handler: {Handler ?? "-"}\n      shield:  {Shield ?? "-"}";
}

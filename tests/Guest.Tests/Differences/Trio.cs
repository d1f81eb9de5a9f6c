using CrashShield.Guest.Tests.Runs;
using CrashShield.GuestApps.Seen;

namespace CrashShield.Guest.Tests.Differences;

/// <summary>The same request, start or end, as it is without the shield, with ASP.NET Core's own handler, and with the shield.</summary>
internal sealed record Trio(Scene None, Scene Handler, Scene Shield)
{
    /// <summary>The entry of each that the failure is logged with. The three are compared by where they are logged: their scopes, their culture.</summary>
    private static readonly string[] FailureEntries =
    [
        "CrashShield.Hosting.Failures.FailureReporter[1000 RequestFailed]",
        "Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware[1 UnhandledException]",
        "Microsoft.AspNetCore.Diagnostics.DeveloperExceptionPageMiddleware[1 UnhandledException]",
    ];

    /// <summary>Whether neither status nor body was the shield's to make, or the handler's.</summary>
    public bool IsAsWithout => None.Status == Handler.Status;

    public static bool IsFailureEntry(string text) => FailureEntries.Any(entry => text.Contains(entry, StringComparison.Ordinal));

    public static bool HasFailed(Scene scene) => scene.Lines.Any(line => line.Kind == SeenKind.Log && IsFailureEntry(line.Text));
}

using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Signals;

/// <summary>
/// What .NET's <c>ConsoleLifetime</c> logs, of which <see cref="SignalLifetime"/> takes the place: the same category, templates and values, and neither number nor name, for who looks for them.
/// </summary>
internal static class ConsoleLifetimeLog
{
    public const string Category = "Microsoft.Hosting.Lifetime";

    // Not of [LoggerMessage], which gives an event a name, and as .NET does it: what it takes is compiled for the host's other lines.
#pragma warning disable CA1848, CA2254
    public static void Started(ILogger logger) => logger.LogInformation("Application started. Press Ctrl+C to shut down.");

    public static void Environment(ILogger logger, string environment) => logger.LogInformation("Hosting environment: {EnvName}", environment);

    public static void ContentRoot(ILogger logger, string contentRoot) => logger.LogInformation("Content root path: {ContentRoot}", contentRoot);

    public static void Stopping(ILogger logger) => logger.LogInformation("Application is shutting down...");
#pragma warning restore CA1848, CA2254
}

using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Signals;

/// <summary>
/// What .NET's <c>ConsoleLifetime</c> logs, of which <see cref="SignalLifetime"/> takes the place: the same category, templates and values, and neither number nor name, for who looks for them.
/// </summary>
internal static class ConsoleLifetimeLog
{
    public const string Category = "Microsoft.Hosting.Lifetime";

    // Not of [LoggerMessage]: that gives an event a name.
    private static readonly Action<ILogger, Exception?> LogStarted = LoggerMessage.Define(LogLevel.Information, default, "Application started. Press Ctrl+C to shut down.");
    private static readonly Action<ILogger, string, Exception?> LogEnvironment = LoggerMessage.Define<string>(LogLevel.Information, default, "Hosting environment: {EnvName}");
    private static readonly Action<ILogger, string, Exception?> LogContentRoot = LoggerMessage.Define<string>(LogLevel.Information, default, "Content root path: {ContentRoot}");
    private static readonly Action<ILogger, Exception?> LogStopping = LoggerMessage.Define(LogLevel.Information, default, "Application is shutting down...");

    public static void Started(ILogger logger) => LogStarted(logger, null);

    public static void Environment(ILogger logger, string environment) => LogEnvironment(logger, environment, null);

    public static void ContentRoot(ILogger logger, string contentRoot) => LogContentRoot(logger, contentRoot, null);

    public static void Stopping(ILogger logger) => LogStopping(logger, null);
}

namespace CrashShield.Middleware.Exceptions;

/// <summary>What a middleware that returns nothing to wait for is told.</summary>
internal static class MissingTask
{
    public static Exception Exception => new InvalidOperationException("A middleware returned null instead of a task.");
}

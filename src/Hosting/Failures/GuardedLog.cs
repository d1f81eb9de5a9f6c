namespace CrashShield.Hosting.Failures;

internal static class GuardedLog
{
    /// <summary>
    /// Writes a log entry whatever the providers do: <c>ILogger</c> passes on what they throw, which would end the request, or on a
    /// pool thread the process, that the entry is about.
    /// </summary>
    public static void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // The log was the place to tell. The metric and the span still do.
        }
    }
}

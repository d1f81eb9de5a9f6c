namespace CrashShield.GuestApps.Plays;

/// <summary>
/// The head of a response that will be cut. The application waits until the client has it: the client of HTTP/2 drops what it has not read when the stream is reset, so that it would be a matter of chance what it sees.
/// </summary>
internal static class ResponseHead
{
    private static readonly SemaphoreSlim Arrived = new(0);

    /// <summary>Waits until the client has it.</summary>
    public static Task HasArrivedAsync() => Arrived.WaitAsync();

    /// <summary>The client has it, or will never have it.</summary>
    public static void Tell() => Arrived.Release();
}

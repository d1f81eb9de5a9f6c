namespace CrashShield.Guest.Tests.Runs;

/// <summary>How a response ended that did not end well.</summary>
internal static class Cut
{
    public static string Text(Exception exception, bool isLate)
    {
        if (isLate)
            return "not within the deadline";

        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException protocol)
                return $"stream reset with {protocol.ErrorCode}";
        }

        // A reset or an end: it is a matter of chance which of the two the client finds.
        return exception is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } ? "an invalid response" : "the connection is cut";
    }
}

using CrashShield.Hosting.Failures;

namespace CrashShield.Middleware.Grpc;

/// <summary>What was thrown, for clients that may know it.</summary>
internal static class CallErrorText
{
    // Clients take headers of 8 KB at least, and an escaped character is three bytes or more.
    private const int MaxLength = 1_024;
    private const int MaxExceptions = 8;

    /// <summary>Types and messages, outermost first, as Grpc.AspNetCore writes them.</summary>
    public static string Of(Exception exception)
    {
        var parts = new List<string>();
        for (Exception? next = exception; next is not null && parts.Count < MaxExceptions; next = next.InnerException)
            parts.Add($"{next.GetType().Name}: {ExceptionText.Message(next)}");
        var text = string.Join(' ', parts);
        return text.Length <= MaxLength ? text : text[..MaxLength];
    }
}

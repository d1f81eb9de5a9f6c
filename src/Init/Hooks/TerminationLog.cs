using System.Text;

namespace CrashShield.Init.Hooks;

/// <summary>Why the container ends, where Kubernetes looks for it: <c>kubectl describe pod</c> shows it.</summary>
internal static class TerminationLog
{
    // More is cut off by kubelet.
    private const int Longest = 4096;
    private const string DefaultPath = "/dev/termination-log";

    /// <summary>Writes it, unless this is no pod or the application has written something itself.</summary>
    public static void Write(string reason)
    {
        if (Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 })
            WriteTo(DefaultPath, reason);
    }

    /// <param name="path">A file that kubelet has made: one that is not there is not made.</param>
    /// <param name="reason">Why.</param>
    public static void WriteTo(string path, string reason)
    {
        try
        {
            using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, BufferSize = 0 });
            if (stream.Length == 0)
                stream.Write(Shortened(Encoding.UTF8.GetBytes(reason)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The log has it all the same.
        }
    }

    private static ReadOnlySpan<byte> Shortened(byte[] text)
    {
        const int Continuation = 0b10;
        var length = Math.Min(text.Length, Longest);
        // Not in the middle of a character.
        while (length < text.Length && text[length] >> 6 == Continuation)
            length--;
        return text.AsSpan(0, length);
    }
}

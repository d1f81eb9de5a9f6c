using System.IO.Pipelines;

namespace CrashShield.Middleware.Exceptions;

internal static class PipeWriterExtensions
{
    /// <summary>Writes in one piece, and says how large it is: a memory pool may answer a request for any size with nothing (<c>MemoryPool&lt;byte&gt;.Shared</c> does).</summary>
    public static void WriteWhole(this PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }
}

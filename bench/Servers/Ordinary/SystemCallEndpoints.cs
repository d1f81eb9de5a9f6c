using System.Net;

namespace CrashShield.Servers.Ordinary;

/// <summary>System calls that block.</summary>
internal static class SystemCallEndpoints
{
    private const int Bytes = 4_096;
    private const int Files = 64;

    private static readonly string Directory = System.IO.Directory.CreateTempSubdirectory("ordinary-").FullName;
    private static int _requests;

    public static void MapSystemCalls(this WebApplication app)
    {
        app.MapGet("/files", () =>
        {
            // Not one file for all, or requests would wait for each other.
            var path = Path.Combine(Directory, $"{(uint)Interlocked.Increment(ref _requests) % Files}");
            using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite))
            {
                file.Write(new byte[Bytes]);
                file.Flush(flushToDisk: true);
            }

            return $"{File.ReadAllBytes(path).Length} bytes";
        });
        app.MapGet("/dns", () => Dns.GetHostEntry("localhost").AddressList.Length);
    }
}

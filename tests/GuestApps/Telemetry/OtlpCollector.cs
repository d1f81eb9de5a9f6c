using System.Net;
using System.Net.Sockets;

namespace CrashShield.GuestApps.Telemetry;

/// <summary>A collector that takes all and counts the exports of traces.</summary>
internal static class OtlpCollector
{
    private static int Count;

    public static Uri Start()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        var listener = new HttpListener { Prefixes = { address.AbsoluteUri } };
        listener.Start();
        new Thread(() => Serve(listener)) { IsBackground = true, Name = "guest collector" }.Start();
        return address;
    }

    public static int TakeCount() => Interlocked.Exchange(ref Count, 0);

    private static void Serve(HttpListener listener)
    {
        while (true)
        {
            var context = listener.GetContext();
            if (context.Request.Url!.AbsolutePath == "/v1/traces")
                Interlocked.Increment(ref Count);
            context.Request.InputStream.CopyTo(Stream.Null);
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

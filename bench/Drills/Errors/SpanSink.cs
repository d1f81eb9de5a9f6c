using System.Net;
using System.Net.Sockets;

namespace CrashShield.Drills.Errors;

/// <summary>Takes spans over OTLP, as a collector does, and forgets them.</summary>
internal sealed class SpanSink : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _serving;
    private readonly string _address;
    private long _bytes;

    private SpanSink(HttpListener listener, string address)
    {
        (_listener, _address) = (listener, address);
        _serving = ServeAsync();
    }

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The standard variables that send spans here.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Environment => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    public static SpanSink Start()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        free.Stop();
        var listener = new HttpListener { Prefixes = { address } };
        listener.Start();
        return new(listener, address);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await context.Request.InputStream.CopyToAsync(Stream.Null);
                Interlocked.Add(ref _bytes, context.Request.ContentLength64);
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && !_listener.IsListening)
        {
            // Closed.
        }
    }
}

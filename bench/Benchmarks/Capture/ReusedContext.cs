using System.Diagnostics;
using System.IO.Pipelines;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Benchmarks.Capture;

/// <summary>A request whose parts are reused from one operation to the next, as a server reuses them, so that only the pipeline is measured.</summary>
internal sealed class ReusedContext : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private readonly FeatureCollection _features = new();
    private readonly DefaultHttpContext _context;
    private readonly DiscardingWriter _writer = new();

    public ReusedContext()
    {
        _features.Set<IHttpRequestFeature>(new HttpRequestFeature());
        _features.Set<IHttpResponseFeature>(this);
        _features.Set<IHttpResponseBodyFeature>(this);
        _context = new DefaultHttpContext(_features) { RequestServices = new ServiceCollection().BuildServiceProvider() };
        _context.Request.Method = HttpMethods.Get;
        _context.Request.Path = "/orders/1";
    }

    public int StatusCode { get; set; }

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body { get; set; } = Stream.Null;

    public bool HasStarted { get; private set; }

    public Stream Stream => _writer.AsStream();

    public PipeWriter Writer => _writer;

    public long BytesWritten => _writer.Written;

    /// <summary>The next request on the connection, as far as one that does not fail can tell: the server's response is back in its place.</summary>
    public HttpContext Next()
    {
        _features.Set<IHttpResponseFeature>(this);
        return _context;
    }

    public HttpContext Reset()
    {
        _features.Set<IHttpResponseFeature>(this);
        _features.Set<ICapturedFailureFeature>(null);
        _features.Set<IExceptionHandlerFeature>(null);
        _features.Set<IExceptionHandlerPathFeature>(null);
        _features.Set<IHttpActivityFeature>(null);
        Headers.Clear();
        StatusCode = StatusCodes.Status200OK;
        HasStarted = false;
        _writer.Written = 0;
        return _context;
    }

    public void OnStarting(Func<object, Task> callback, object state)
    {
    }

    public void OnCompleted(Func<object, Task> callback, object state)
    {
    }

    public void DisableBuffering()
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        HasStarted = true;
        return Task.CompletedTask;
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new UnreachableException();

    public Task CompleteAsync() => Task.CompletedTask;

    private sealed class DiscardingWriter : PipeWriter
    {
        private readonly byte[] _buffer = new byte[16_384];

        public long Written { get; set; }

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => 0;

        public override void Advance(int bytes) => Written += bytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;
    }
}

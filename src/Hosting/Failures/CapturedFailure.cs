using System.Runtime.CompilerServices;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Failures;

/// <summary>A failure with the context that its exception alone has lost: which trace, which request or task, when.</summary>
public sealed class CapturedFailure
{
    private static readonly ConditionalWeakTable<Exception, CapturedFailure> ByException = [];

    // The id alone, or a traceparent that it is cut from once it is asked for: most failures are answered without.
    private string? _trace;
    private readonly Guid _errorId;
    private int _taken;
    private int _claimed;

    /// <param name="exception">What was thrown.</param>
    /// <param name="origin">What kind of work failed.</param>
    /// <param name="trace">The trace id, or a well-formed <c>traceparent</c> that has it.</param>
    /// <param name="timestamp">When it was captured.</param>
    /// <param name="errorId">Its id, when it was captured before, further in.</param>
    internal CapturedFailure(Exception exception, FailureOrigin origin, string? trace, DateTimeOffset timestamp, Guid? errorId = null)
    {
        Exception = exception;
        Origin = origin;
        Timestamp = timestamp;
        _trace = trace;
        _errorId = errorId ?? ErrorIds.New(timestamp);
    }

    /// <summary>What was thrown, unchanged.</summary>
    public Exception Exception { get; }

    /// <summary>The full name of the exception's type, as the <c>error.type</c> tag has it.</summary>
    public string ErrorType => Exception.GetType().FullName ?? Exception.GetType().Name;

    /// <summary>What kind of work failed.</summary>
    public FailureOrigin Origin { get; }

    /// <summary>
    /// The trace, 32 lower-case hex digits. A request always has one: the span's, else the caller's, else a new one.
    /// <see langword="null"/> for a task that belongs to no trace.
    /// </summary>
    public string? TraceId => _trace?.Length > TraceContext.IdLength ? _trace = TraceContext.IdIn(_trace).ToString() : _trace;

    /// <summary>
    /// This one failure, 32 hex digits (a version 7 UUID, so that ids sort by time). Clients are told it. A request that fails by its
    /// child task has the child's.
    /// </summary>
    public string ErrorId => _errorId.ToString("N");

    /// <summary>When it was captured, in UTC, as fine as .NET's clock: 100 ns.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>The path of the request, escaped as in a URI; <see langword="null"/> when no request failed.</summary>
    public string? Path { get; internal init; }

    /// <summary>The route template of the request, such as <c>/orders/{id}</c>; <see langword="null"/> when none matched.</summary>
    public string? Route { get; internal init; }

    /// <summary>The status that the client was answered with; <see langword="null"/> when no request failed.</summary>
    public int? StatusCode { get; internal set; }

    /// <summary>The supervised task; <see langword="null"/> when none was involved. A request whose child failed has both.</summary>
    public string? TaskName { get; internal init; }

    /// <summary>Which start of the task failed, counted from 1; 0 when no task was involved.</summary>
    public int Attempt { get; internal init; }

    internal Guid ErrorGuid => _errorId;

    internal ReadOnlySpan<char> TraceIdText => TraceContext.IdIn(_trace);

    /// <summary>The <c>traceresponse</c> header of an answer that no span belongs to.</summary>
    internal string TraceResponse => TraceContext.TraceResponse(_trace);

    /// <summary>The failure that an exception was captured as last, further in, or <see langword="null"/>.</summary>
    /// <param name="exception">The exception, possibly met again further out.</param>
    public static CapturedFailure? Find(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return ByException.TryGetValue(exception, out var failure) ? failure : null;
    }

    /// <summary>
    /// Makes this the cause of a request's failure, once: an exception object that is thrown again and again (a cached task, a static)
    /// tells nothing about the later requests.
    /// </summary>
    internal bool TryClaim(ReadOnlySpan<char> traceId) =>
        (_trace is null || traceId.SequenceEqual(TraceIdText)) && Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>
    /// Whether the caller is the first to see to this failure. A task's failure can reach its owner in several ways, and
    /// supervision logs only what no owner took.
    /// </summary>
    internal bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <summary>Lets code further out that meets the same exception find what is known of it. The latest capture counts.</summary>
    internal void Remember() => ByException.AddOrUpdate(Exception, this);
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// Stands in front of the response while the pipeline runs, so that the callbacks registered with it are captured too:
/// servers run them outside of any middleware, and answer their failures with an empty 500 of their own.
/// </summary>
internal sealed class ResponseCallbackGuard : IHttpResponseFeature
{
    // One a thread is enough for requests that end on the thread they began on; others make one.
    [ThreadStatic]
    private static ResponseCallbackGuard? t_spare;

    private IHttpResponseFeature _response = null!;
    private RequestFailureHandler _handler = null!;
    private HttpContext _context = null!;

    public int StatusCode
    {
        get => _response.StatusCode;
        set => _response.StatusCode = value;
    }

    public string? ReasonPhrase
    {
        get => _response.ReasonPhrase;
        set => _response.ReasonPhrase = value;
    }

    public IHeaderDictionary Headers
    {
        get => _response.Headers;
        set => _response.Headers = value;
    }

#pragma warning disable CS0618 // The interface still has it, and what is in front of a response has to pass it on.
    public Stream Body
    {
        get => _response.Body;
        set => _response.Body = value;
    }
#pragma warning restore CS0618

    public bool HasStarted => _response.HasStarted;

    public static ResponseCallbackGuard Install(HttpContext context, RequestFailureHandler handler)
    {
        var guard = t_spare ?? new ResponseCallbackGuard();
        t_spare = null;
        guard._response = context.Features.GetRequiredFeature<IHttpResponseFeature>();
        guard._handler = handler;
        guard._context = context;
        context.Features.Set<IHttpResponseFeature>(guard);
        return guard;
    }

    /// <summary>Takes itself out of the request again.</summary>
    /// <returns>The request.</returns>
    public HttpContext Remove()
    {
        var context = _context;
        // Whoever put itself in front of us has kept us, and may still ask us: then we are not reused.
        if (!ReferenceEquals(context.Features.Get<IHttpResponseFeature>(), this))
            return context;

        context.Features.Set(_response);
        _response = null!;
        _handler = null!;
        _context = null!;
        t_spare = this;
        return context;
    }

    public void OnStarting(Func<object, Task> callback, object state)
    {
        var (handler, context) = (_handler, _context);
        _response.OnStarting(_ => RunAsync(callback, state, context, handler.FailedWhileStartingAsync), state);
    }

    public void OnCompleted(Func<object, Task> callback, object state)
    {
        var (handler, context) = (_handler, _context);
        _response.OnCompleted(_ => RunAsync(callback, state, context, handler.FailedAfterAnswerAsync), state);
    }

    private static async Task RunAsync(
        Func<object, Task> callback, object state, HttpContext context, Func<HttpContext, Exception, Task> onFailure)
    {
        Exception failure;
        try
        {
            await callback(state).ConfigureAwait(false);
            return;
        }
        catch (Exception e)
        {
            failure = e;
        }

        await onFailure(context, failure).ConfigureAwait(false);
    }
}

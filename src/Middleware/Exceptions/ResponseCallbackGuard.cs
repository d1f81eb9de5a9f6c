using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// Stands in front of the response while the pipeline runs, so that the callbacks registered with it are captured too:
/// servers run them outside of any middleware, and answer their failures with an empty 500 of their own.
/// </summary>
internal sealed class ResponseCallbackGuard : IHttpResponseFeature
{
    // One for each response object of the server, which servers reuse with their connection. Code that keeps the guard past its request
    // thus meets what it would meet with the server's own object, and never another connection's.
    private static readonly ConditionalWeakTable<IHttpResponseFeature, ResponseCallbackGuard> Guards = [];

    private readonly IHttpResponseFeature _response;
    private RequestFailureHandler _handler;

    private ResponseCallbackGuard(IHttpResponseFeature response, RequestFailureHandler handler, HttpContext context)
    {
        _response = response;
        _handler = handler;
        Context = context;
    }

    public HttpContext Context { get; private set; }

    /// <summary>The body as the server gave it, before middleware put anything in front.</summary>
    public IHttpResponseBodyFeature? Body { get; private set; }

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
    Stream IHttpResponseFeature.Body
    {
        get => _response.Body;
        set => _response.Body = value;
    }
#pragma warning restore CS0618

    public bool HasStarted => _response.HasStarted;

    public static ResponseCallbackGuard Install(HttpContext context, RequestFailureHandler handler)
    {
        var features = context.Features;
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        if (!Guards.TryGetValue(response, out var guard))
            Guards.AddOrUpdate(response, guard = new ResponseCallbackGuard(response, handler, context));

        guard._handler = handler;
        guard.Context = context;
        guard.Body = features.Get<IHttpResponseBodyFeature>();
        features.Set<IHttpResponseFeature>(guard);
        return guard;
    }

    /// <summary>Takes itself out of the request again, unless somebody stands in front.</summary>
    public void Remove()
    {
        if (ReferenceEquals(Context.Features.Get<IHttpResponseFeature>(), this))
            Context.Features.Set(_response);
    }

    public void OnStarting(Func<object, Task> callback, object state)
    {
        var (handler, context, body) = (_handler, Context, Body);
        _response.OnStarting(_ => RunAsync(callback, state, failure => handler.FailedWhileStartingAsync(context, failure, body)), state);
    }

    public void OnCompleted(Func<object, Task> callback, object state)
    {
        var (handler, context) = (_handler, Context);
        _response.OnCompleted(_ => RunAsync(callback, state, failure => handler.FailedAfterAnswerAsync(context, failure)), state);
    }

    private static async Task RunAsync(Func<object, Task> callback, object state, Func<Exception, Task> onFailure)
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

        await onFailure(failure).ConfigureAwait(false);
    }
}

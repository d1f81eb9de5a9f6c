using System.Runtime.CompilerServices;
using CrashShield.Middleware.Admission;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// Stands in front of the response for the rest of the request, so that the callbacks registered with it are captured too:
/// servers run them outside of any middleware, and answer their failures with an empty 500 of their own.
/// </summary>
internal sealed class ResponseCallbackGuard : IHttpResponseFeature
{
    // One for each response object of the server, which servers reuse with their connection. Code that keeps the guard past its request
    // thus meets what it would meet with the server's own object, and never another connection's.
    private static readonly ConditionalWeakTable<IHttpResponseFeature, ResponseCallbackGuard> Guards = [];

    private readonly IHttpResponseFeature _response;
    private RequestFailureHandler _handler;
    private AdmissionController? _admission;

    private ResponseCallbackGuard(IHttpResponseFeature response, RequestFailureHandler handler, HttpContext context)
    {
        _response = response;
        _handler = handler;
        Context = context;
    }

    public HttpContext Context { get; private set; }

    /// <summary>The body as the server gave it, before middleware put anything in front: Kestrel's response is both.</summary>
    public IHttpResponseBodyFeature? Body => _response as IHttpResponseBodyFeature;

    /// <summary>What the stage further in has returned, when it went asynchronous.</summary>
    public Task? Placed { get; set; }

    /// <summary>The body as that stage has found it.</summary>
    public IHttpResponseBodyFeature? PlacedBody { get; set; }

    /// <summary>Whether the request was let in and counts as in flight.</summary>
    public bool IsAdmitted => _admission is not null;

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
        // By type and not by Get<T>(): a generic method of an interface is looked up on each call.
        var response = features[typeof(IHttpResponseFeature)] as IHttpResponseFeature ?? features.GetRequiredFeature<IHttpResponseFeature>();
        // Servers put their own back for the next request; a request that runs through a second pipeline meets the guard of the first.
        if (response is not ResponseCallbackGuard guard)
        {
            if (!Guards.TryGetValue(response, out guard!))
                Guards.AddOrUpdate(response, guard = new ResponseCallbackGuard(response, handler, context));
            features[typeof(IHttpResponseFeature)] = guard;
        }

        guard._handler = handler;
        guard.Context = context;
        // Of the request before, on this connection.
        (guard.Placed, guard.PlacedBody) = (null, null);
        return guard;
    }

    /// <summary>The request counts as in flight until <see cref="Leave"/>.</summary>
    public void Admit(AdmissionController admission) => _admission = admission;

    /// <summary>Counts the request out, if it was let in. It has ended.</summary>
    public void Leave()
    {
        if (_admission is not { } admission)
            return;

        _admission = null;
        admission.Exit(Context);
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

using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace CrashShield.Middleware.Endpoints;

/// <summary>An answer that has not been sent yet, or the failure in its place.</summary>
internal sealed class HeldAnswer
{
    private int _statusCode;
    private KeyValuePair<string, StringValues>[] _headers = [];
    private byte[] _body = [];
    private string? _mediaType;
    private string _target = "";
    private ExceptionDispatchInfo? _failure;
    private bool _isFailed;

    /// <summary>Whether it is one at all.</summary>
    public bool IsFound => _statusCode != StatusCodes.Status404NotFound;

    /// <summary>Whether the request has failed, and been reported.</summary>
    public bool IsFailed => _isFailed;

    /// <summary>What was answered to a path, if only that the request has failed.</summary>
    public static HeldAnswer Of(HttpResponse response, PathString path, byte[] body, bool isFailed) => new()
    {
        _statusCode = response.StatusCode,
        _headers = [.. response.Headers],
        _body = body,
        _mediaType = MediaTypeHeaderValue.TryParse(response.ContentType, out var type) ? type.MediaType.Value : null,
        _target = TargetOf(response.Headers.Location.ToString(), path.Value!.Trim('/')),
        _isFailed = isFailed,
    };

    public static HeldAnswer Of(Exception failure) => new() { _failure = ExceptionDispatchInfo.Capture(failure), _isFailed = true };

    /// <summary>Whether who gave this one may have given the other, to another path, without looking at the path. Bodies may have the path, a time or an id in them.</summary>
    public bool IsLike(HeldAnswer other) =>
        _isFailed || other._isFailed
            ? _isFailed && other._isFailed
            : _statusCode == other._statusCode
                && string.Equals(_mediaType, other._mediaType, StringComparison.OrdinalIgnoreCase)
                && string.Equals(_target, other._target, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sends it, unless it was sent as it came.</summary>
    public Task SendAsync(HttpResponse response)
    {
        _failure?.Throw();
        if (response.HasStarted)
            return Task.CompletedTask;

        response.StatusCode = _statusCode;
        foreach (var (name, value) in _headers)
            response.Headers[name] = value;
        return _body.Length == 0 ? Task.CompletedTask : response.Body.WriteAsync(_body, 0, _body.Length);
    }

    // A redirect to HTTPS has the path in it; one to a login has the path, and a nonce, in its query.
    private static string TargetOf(string location, string path)
    {
        var end = location.AsSpan().IndexOfAny('?', '#');
        return Uri.UnescapeDataString(end < 0 ? location : location[..end]).Replace(path, "*", StringComparison.OrdinalIgnoreCase);
    }
}

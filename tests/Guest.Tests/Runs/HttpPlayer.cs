using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using CrashShield.GuestApps.Plays;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>Plays requests as one client does: with its cookies, and its connection kept.</summary>
internal sealed class HttpPlayer : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Protocol _protocol;
    private readonly int _port;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _client;
    private string _captured = "";
    private int _connections;

    public HttpPlayer(Protocol protocol, int port)
    {
        (_protocol, _port) = (protocol, port);
        _handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            CookieContainer = new CookieContainer(),
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        };
        _client = new HttpMessageInvoker(_handler);
    }

    /// <summary>Plays one request, and tells what the client sees.</summary>
    /// <param name="play">Which.</param>
    /// <param name="hasBegun">Completes when the application has the request.</param>
    /// <param name="tellHead">Tells the application that the head of the response is here.</param>
    public async Task<IReadOnlyDictionary<string, string>> PlayAsync(Play play, Func<Task> hasBegun, Func<Task> tellHead)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var before = _connections;
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            await (play.Kind switch
            {
                PlayKind.Abort => AbortAsync(play, hasBegun, values, deadline.Token),
                PlayKind.Socket => SocketPlayer.PlayAsync(play, new Uri($"ws://127.0.0.1:{_port}{Filled(play.Path)}"), _protocol, _client, values, deadline.Token),
                PlayKind.Raw => RawPlayer.PlayAsync(play, _port, values, deadline.Token),
                _ => RequestAsync(play, tellHead, values, deadline.Token),
            });
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            values["end"] = Cut.Text(e, deadline.IsCancellationRequested);
        }

        values["connection"] = _connections == before ? "kept" : "new";
        return values;
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private async Task RequestAsync(Play play, Func<Task> tellHead, SortedDictionary<string, string> values, CancellationToken cancellationToken)
    {
        using var request = Request(play);
        using var response = await SendAsync(request, play.IsCut ? tellHead : () => Task.CompletedTask, cancellationToken);
        values["status"] = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        values["reason"] = response.ReasonPhrase ?? "";
        Headers.AddTo(values, "header:", response.Headers);
        Headers.AddTo(values, "header:", response.Content.Headers);
        if (play.Kind == PlayKind.Stream)
        {
            values["body"] = await LinesAsync(response, play.Lines, cancellationToken);
            return;
        }

        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var body = BodyText.Of(bytes, response.Content.Headers);
        values["body"] = BodyText.Shortened(body);
        Headers.AddTo(values, "trailer:", response.TrailingHeaders);
        if (play.Capture is { } pattern)
            _captured = Regex.Match(body, pattern).Groups[1].Value;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Func<Task> tellHead, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SendAsync(request, cancellationToken);
        }
        finally
        {
            await tellHead();
        }
    }

    private static async Task<string> LinesAsync(HttpResponseMessage response, int count, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var lines = new List<string>();
        while (lines.Count < count && await reader.ReadLineAsync(cancellationToken) is { } line)
            lines.Add(line);
        return string.Join('\n', lines);
    }

    private async Task AbortAsync(Play play, Func<Task> hasBegun, SortedDictionary<string, string> values, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var request = Request(play);
        var sending = _client.SendAsync(request, giveUp.Token);
        await hasBegun();
        await giveUp.CancelAsync();
        try
        {
            using var response = await sending;
            values["status"] = "answered, though given up";
        }
        catch (OperationCanceledException)
        {
            values["status"] = "given up";
        }
    }

    private HttpRequestMessage Request(Play play)
    {
        var request = new HttpRequestMessage(new HttpMethod(play.Method), $"http://127.0.0.1:{_port}{Filled(play.Path)}")
        {
            Version = _protocol == Protocol.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (play.Bytes is not null || play.Body is not null)
        {
            request.Content = new ByteArrayContent(play.Bytes ?? Encoding.UTF8.GetBytes(Filled(play.Body!)));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", play.ContentType);
        }

        foreach (var header in play.Headers)
        {
            var (name, value) = (header[..header.IndexOf(':')], Filled(header[(header.IndexOf(':') + 1)..].Trim()));
            if (!request.Headers.TryAddWithoutValidation(name, value))
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private string Filled(string text) => text.Replace("{captured}", Uri.EscapeDataString(_captured), StringComparison.Ordinal);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _connections);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

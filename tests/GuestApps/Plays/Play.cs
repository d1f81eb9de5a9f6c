namespace CrashShield.GuestApps.Plays;

/// <summary>One request that is played to an application, over HTTP/1.1 and over HTTP/2.</summary>
internal sealed record Play(PlayKind Kind, string Method, string Path)
{
    /// <summary>Its headers: <c>Name: value</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The body; <c>{captured}</c> in it is what an earlier play has captured.</summary>
    public string? Body { get; init; }

    /// <summary>The body where it is no text.</summary>
    public byte[]? Bytes { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>A pattern whose first group is kept from the response's body for later plays.</summary>
    public string? Capture { get; init; }

    /// <summary>How many lines of a stream, or messages of a socket, are read.</summary>
    public int Lines { get; init; } = 1;

    /// <summary>What is sent on a socket.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>Whether the server passes it to the application. What it refuses itself is not counted.</summary>
    public bool Arrives { get; init; } = true;

    /// <summary>How many requests it makes: those that a proxy sends on to another application here are counted too.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>Whether the application waits for <see cref="ResponseHead"/> before it cuts the response.</summary>
    public bool IsCut { get; init; }

    public bool OverHttp1 { get; init; } = true;

    public bool OverHttp2 { get; init; } = true;

    /// <summary>What it is called in a report.</summary>
    public string Name => $"{(Kind == PlayKind.Request ? "" : Kind + " ")}{Method} {Path}{string.Concat(Headers.Select(header => $" ({header})"))}";

    public static Play Get(string path, params string[] headers) => new(PlayKind.Request, "GET", path) { Headers = headers };

    /// <summary>As a browser asks.</summary>
    public static Play Page(string path) => Get(path, "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

    public static Play Send(string method, string path, string? body = null, params string[] headers) =>
        new(PlayKind.Request, method, path) { Headers = headers, Body = body };

    public static Play Post(string path, string? body = null, params string[] headers) => Send("POST", path, body, headers);

    /// <summary>A form as a browser sends it.</summary>
    public static Play Form(string path, string body, params string[] headers) =>
        Post(path, body, headers) with { ContentType = "application/x-www-form-urlencoded" };

    /// <summary>A request whose response is cut after its head.</summary>
    public static Play Cut(string path, params string[] headers) => Get(path, headers) with { IsCut = true };

    public static Play Abort(string path) => new(PlayKind.Abort, "GET", path);

    public static Play Stream(string path, int lines, params string[] headers) => new(PlayKind.Stream, "GET", path) { Lines = lines, Headers = headers };

    public static Play Socket(string path, int lines, params string[] messages) =>
        new(PlayKind.Socket, "GET", path) { Lines = lines, Messages = messages };

    /// <summary>A unary gRPC call with a message whose one field is a text.</summary>
    public static Play Grpc(string path, string text, params string[] headers) => new(PlayKind.Request, "POST", path)
    {
        Bytes = GrpcMessage.Of(text),
        ContentType = "application/grpc",
        Headers = ["TE: trailers", .. headers],
        OverHttp1 = false,
    };
}

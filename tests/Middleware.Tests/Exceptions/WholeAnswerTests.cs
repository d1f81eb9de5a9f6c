using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>Whatever was a whole answer of bare Kestrel, at whatever moment the application fails, still is one.</summary>
public class WholeAnswerTests
{
    private const string Body = "a body of some bytes";

    private static readonly string[] Moments =
        ["begin", "status", "advance", "start", "length-start", "length-written", "length-short", "flushed", "chunk", "completed", "starting", "after-completed-write", "stream-written", "file"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Protocols => ["HTTP/1.0", "HTTP/1.1", "HTTP/2"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task WhatBareKestrelEndsTheShieldEnds(string protocol)
    {
        await using var bare = await StartAsync(shielded: false);
        await using var shielded = await StartAsync(shielded: true);
        List<string> worse = [];
        foreach (var moment in Moments)
        {
            foreach (var method in new[] { "GET", "HEAD", "POST" })
            {
                foreach (var status in new[] { 200, 201, 204, 205, 302, 304, 404, 500 })
                {
                    var target = $"/?moment={moment}&status={status}";
                    var (without, with) = (await AskAsync(bare, protocol, method, target), await AskAsync(shielded, protocol, method, target));
                    if (without.IsWhole && !with.IsWhole)
                        worse.Add($"{method} {target}: without {without}, with {with}");
                    else if (without is { IsWhole: true, Status: < 500 } && without.Status != with.Status)
                        worse.Add($"{method} {target}: without {without}, with {with}");
                }
            }
        }

        Assert.True(worse.Count == 0, $"{worse.Count}:\n{string.Join('\n', worse)}");
    }

    private static async Task<WebApplication> StartAsync(bool shielded)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2);
        });
        if (shielded)
            builder.AddCrashShield(shield => shield.Admission.Enabled = false);
        var app = builder.Build();
        if (shielded)
            app.UseCrashShield();
        app.Run(context => FailAsync(context, context.Request.Query["moment"]!, int.Parse(context.Request.Query["status"]!, CultureInfo.InvariantCulture)));
        await app.StartAsync(Cancelled);
        return app;
    }

    private static async Task FailAsync(HttpContext context, string moment, int status)
    {
        var response = context.Response;
        if (moment != "begin")
            response.StatusCode = status;
        var hasBody = status is not (204 or 205 or 304);
        switch (moment)
        {
            case "advance":
                if (hasBody)
                    Encoding.ASCII.GetBytes(Body, response.BodyWriter);
                break;
            case "start":
                await response.StartAsync(Cancelled);
                break;
            case "length-start":
                response.ContentLength = hasBody ? Body.Length : null;
                await response.StartAsync(Cancelled);
                break;
            case "length-written":
            case "stream-written":
                response.ContentLength = hasBody ? Body.Length : null;
                if (hasBody && moment == "length-written")
                    await response.WriteAsync(Body, Cancelled);
                else if (hasBody)
                    await response.Body.WriteAsync(Encoding.ASCII.GetBytes(Body), Cancelled);
                break;
            case "length-short":
                response.ContentLength = hasBody ? Body.Length + 5 : null;
                if (hasBody)
                    await response.WriteAsync(Body, Cancelled);
                break;
            case "flushed":
                await response.Body.FlushAsync(Cancelled);
                break;
            case "chunk":
                if (hasBody)
                    await response.WriteAsync(Body, Cancelled);
                break;
            case "completed":
                if (hasBody)
                    await response.WriteAsync(Body, Cancelled);
                await response.CompleteAsync();
                break;
            case "after-completed-write":
                await response.CompleteAsync();
                await response.WriteAsync("more", Cancelled);
                break;
            case "starting":
                response.OnStarting(() => throw new InvalidOperationException("starting"));
                await response.StartAsync(Cancelled);
                break;
            case "file":
                response.ContentLength = hasBody ? Body.Length : null;
                if (hasBody)
                    await response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(Body), Cancelled);
                context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
                break;
        }

        throw new InvalidOperationException("no");
    }

    private static async Task<Answer> AskAsync(WebApplication app, string protocol, string method, string target)
    {
        var addresses = app.Urls.ToArray();
        return protocol == "HTTP/2" ? await AskHttp2Async(new Uri(new Uri(addresses[1]), target), method) : await AskHttp1Async(new Uri(addresses[0]).Port, protocol, method, target);
    }

    private static async Task<Answer> AskHttp2Async(Uri address, string method)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var status = 0;
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
            status = (int)answer.StatusCode;
            await answer.Content.ReadAsByteArrayAsync(Cancelled);
            return new(status, true);
        }
        catch (HttpRequestException)
        {
            return new(status, false);
        }
    }

    private static async Task<Answer> AskHttp1Async(int port, string protocol, string method, string target)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancelled);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{method} {target} {protocol}\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), Cancelled);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        var isReset = false;
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer, Cancelled)) > 0;)
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            isReset = true;
        }

        return Answer.Parse(text.ToString(), method, isReset, target);
    }

    private sealed record Answer(int Status, bool IsWhole)
    {
        public static Answer Parse(string text, string method, bool isReset, string target)
        {
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                return new(0, false);

            var (head, body) = (text[..end], text[(end + 4)..]);
            var status = int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture);
            if (method == "HEAD" || status is 204 or 304)
                return new(status, true);
            var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            if (length is not null)
                return new(status, body.Length == int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture));
            if (head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
                return new(status, body.EndsWith("0\r\n\r\n", StringComparison.Ordinal));
            // Up to the end of the connection: half an answer looks as a whole one does, so that only one which the application has ended counts.
            return new(status, !isReset && target.Contains("completed", StringComparison.Ordinal));
        }
    }

    /// <summary>The classic log middleware, which holds the body back and sends it in the end.</summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("writer")]
    [InlineData("nothing")]
    public async Task AnswerIsWholeBehindMiddlewareThatHoldsTheBodyBack(string written)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                var original = context.Response.Body;
                using var held = new MemoryStream();
                context.Response.Body = held;
                await next(context);
                held.Position = 0;
                context.Response.Body = original;
                await held.CopyToAsync(original);
            });
            app.UseCrashShield();
            app.MapGet("/fail", async context =>
            {
                if (written == "stream")
                    await context.Response.WriteAsync(Body, Cancelled);
                else if (written == "writer")
                    Encoding.ASCII.GetBytes(Body, context.Response.BodyWriter);
                throw new InvalidOperationException();
            });
        });

        using var response = await app.Http1.GetAsync("/fail", Cancelled);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var problem = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.StartsWith("{", problem);
        Assert.EndsWith("}", problem);
        Assert.Single(app.Log.Problems);
    }
}

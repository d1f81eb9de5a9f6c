using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>A failure after the response has begun goes on to the middleware further out and to the server, which ends the response: as with ASP.NET Core's own handler.</summary>
public class BegunResponseTests
{
    private const string Sent = "half";
    private const int InternalError = 2;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<bool, bool> Ways => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GoesOnOutsideAndToTheHost(bool shielded, bool isAsync)
    {
        var passed = new List<Exception>();
        var thrown = new InvalidOperationException("begun");
        await using var app = await EitherApp.StartAsync(shielded, (HttpResponse response) => FailAsync(response, thrown, isAsync), outside: app => app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception e)
            {
                passed.Add(e);
                throw;
            }
        }));

        await Assert.ThrowsAsync<HttpRequestException>(() => app.Http1.GetAsync("/fail", Cancelled));
        await app.Log.UntilAsync(() => !app.Durations.IsEmpty);

        Assert.Same(thrown, Assert.Single(passed));
        Assert.Equal(["Microsoft.AspNetCore.Hosting.UnhandledException System.InvalidOperationException /fail 200"], app.Events);
        Assert.Equal("1 {exception}: aspnetcore.diagnostics.exception.result=skipped error.type=System.InvalidOperationException", Assert.Single(app.Counts));
        Assert.Contains("error.type=System.InvalidOperationException", Assert.Single(app.Durations), StringComparison.Ordinal);
        Assert.Single(app.FailureEntries());
        Assert.Single(app.Log.All, entry => entry is { Level: LogLevel.Error, Category: "Microsoft.AspNetCore.Server.Kestrel" });
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task WhatWasFlushedArrivesAndTheRestIsSeenToBeMissing(bool shielded, bool isAsync)
    {
        using var read = new SemaphoreSlim(0);
        await using var app = await EitherApp.StartAsync(shielded, (HttpResponse response) => FailAsync(response, new InvalidOperationException("begun"), isAsync, read));
        // A reset would overtake what was flushed only now and then.
        for (var i = 0; i < 20; i++)
        {
            var text = await AskAsync(app.Http1.BaseAddress!.Port);
            Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
            Assert.EndsWith($"4\r\n{Sent}\r\n", text, StringComparison.Ordinal);
        }

        using var response = await app.Http2.GetAsync("/fail", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(Cancelled);
        var bytes = new byte[Sent.Length];
        await body.ReadExactlyAsync(bytes, Cancelled);
        Assert.Equal(Sent, Encoding.ASCII.GetString(bytes));
        read.Release();
        var end = await Assert.ThrowsAsync<HttpProtocolException>(() => body.ReadExactlyAsync(bytes, Cancelled).AsTask());
        Assert.Equal(InternalError, end.ErrorCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MiddlewareFurtherOutMayEndItWell(bool shielded)
    {
        await using var app = await EitherApp.StartAsync(shielded, (HttpResponse response) => FailAsync(response, new InvalidOperationException("begun"), isAsync: true), outside: app => app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (InvalidOperationException)
            {
                await context.Response.WriteAsync(" and the end", Cancelled);
            }
        }));

        foreach (var client in new[] { app.Http1, app.Http2 })
            Assert.Equal("half and the end", await client.GetStringAsync("/fail", Cancelled));
        await app.Log.UntilAsync(() => app.Durations.Count == 2);
        Assert.Empty(app.Events);
        Assert.Equal(2, app.FailureEntries().Length);
    }

    [Fact]
    public async Task CountsAndLogsOnceThoughBothStagesSeeIt()
    {
        await using var app = await ShieldedApp.StartAsync((HttpResponse response) => FailAsync(response, new InvalidOperationException("begun"), isAsync: true));
        foreach (var client in new[] { app.Http1, app.Http2 })
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/fail", Cancelled));

        await app.DisposeAsync();
        Assert.Equal(2, app.Counts.All[new("System.InvalidOperationException", "/fail", "skipped")]);
        Assert.Equal(2, app.Counts.Total);
        Assert.Equal(2, app.Log.All.Count(entry => entry.EventId.Name == "RequestFailed"));
    }

    private static async Task FailAsync(HttpResponse response, Exception thrown, bool isAsync, SemaphoreSlim? read = null)
    {
        await response.WriteAsync(Sent, Cancelled);
        await response.Body.FlushAsync(Cancelled);
        // A client of HTTP/2 drops what it has not read when the stream is reset.
        if (read is not null && HttpProtocol.IsHttp2(response.HttpContext.Request.Protocol))
            await read.WaitAsync(Cancelled);
        if (isAsync)
            await Task.Yield();
        throw thrown;
    }

    private static async Task<string> AskAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancelled);
        await socket.SendAsync("GET /fail HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancelled);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(Cancelled);
    }
}

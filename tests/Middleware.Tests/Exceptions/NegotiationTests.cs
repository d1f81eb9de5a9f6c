using System.Net;

namespace CrashShield.Middleware.Tests.Exceptions;

public class NegotiationTests
{
    private const string Json = "application/problem+json";
    private const string Html = "text/html";
    private const string Text = "text/plain";

    [Theory]
    [InlineData(null, Json)]
    [InlineData("*/*", Json)]
    [InlineData("application/json", Json)]
    [InlineData("application/json, text/plain, */*", Json)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", Html)]
    [InlineData("text/html;q=0.5, application/json", Json)]
    [InlineData("text/*;q=0.9, application/json;q=0.1", Html)]
    [InlineData("text/plain", Text)]
    [InlineData("text/plain, text/html;q=0.9", Text)]
    [InlineData("text/csv", Json)]
    [InlineData("text/html;q=0", Json)]
    [InlineData("text/;;;nonsense", Json)]
    public async Task AnswersInTheFormatThatIsReadBest(string? accept, string expected)
    {
        await using var app = await ShieldedApp.StartAsync(string () => throw new InvalidOperationException("secret message"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fail");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Contains("traceId", body, StringComparison.Ordinal);
        Assert.Contains("errorId", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret message", body, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperation", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndlessAcceptHeaderIsNotParsed()
    {
        await using var app = await ShieldedApp.StartAsync(string () => throw new InvalidOperationException());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fail");
        request.Headers.TryAddWithoutValidation("Accept", string.Join(',', Enumerable.Repeat("text/html", 1_000)));

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(Json, response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task PageEncodesThePath()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/{**rest}", string (string rest) => throw new InvalidOperationException());
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/%3Cscript%3E%0A") { Headers = { { "Accept", Html } } };

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.DoesNotContain("<script>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("\n", (string)Assert.Single(await app.Log.WaitForAsync(1000)).Values["Path"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DevelopmentShowsTheException()
    {
        await using var app = await ShieldedApp.StartAsync(string () => throw new InvalidOperationException("the message"), environment: "Development");

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync();
        Assert.Equal("the message", problem.Text("detail"));
        Assert.Contains(nameof(DevelopmentShowsTheException), problem.Text("exception"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadHasNoBody()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapMethods("/fail", ["HEAD"], string () => throw new InvalidOperationException());
        });
        using var request = new HttpRequestMessage(HttpMethod.Head, "/fail");

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CrashShield.Middleware.Tests.Admission;

/// <summary>What tells an established session in a request as it is on the wire.</summary>
public class SessionTests
{
    [Theory]
    [InlineData("Cookie: theme=dark\r\nCookie: .AspNetCore.Session=abc", HttpStatusCode.OK)]
    [InlineData("Cookie: .AspNetCore.Session=abc\r\nCookie: theme=dark", HttpStatusCode.OK)]
    [InlineData("Cookie: theme=dark; .AspNetCore.Identity.Application=abc", HttpStatusCode.OK)]
    [InlineData("Cookie: .AspNetCore.Session=", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Cookie: .AspNetCore.Session= ; theme=dark", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Cookie: .AspNetCore.Session", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Cookie: .AspNetCore.Session=; .AspNetCore.Cookies=abc", HttpStatusCode.OK)]
    [InlineData("Cookie: theme=a,.AspNetCore.Session=abc", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Authorization:", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Authorization:  ", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Authorization: Bearer abc", HttpStatusCode.OK)]
    [InlineData("X-Api-Key:", HttpStatusCode.ServiceUnavailable)]
    [InlineData("X-Api-Key:\r\nX-Api-Key: abc", HttpStatusCode.OK)]
    [InlineData("X-Api-Key: abc", HttpStatusCode.OK)]
    [InlineData("X-Other: abc", HttpStatusCode.ServiceUnavailable, "/order?key=")]
    [InlineData("X-Other: abc", HttpStatusCode.ServiceUnavailable, "/order?key=&page=2")]
    [InlineData("X-Other: abc", HttpStatusCode.OK, "/order?key=&sig=abc")]
    public async Task OnlyWhatHasAValueTellsASession(string headers, HttpStatusCode expected, string path = "/order")
    {
        await using var app = await RefusingApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/order", () => "taken");
        });
        using var client = new TcpClient();
        var address = app.Http1.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n{headers}\r\n\r\n"), TestContext.Current.CancellationToken);
        using var answer = new StreamReader(client.GetStream());
        Assert.StartsWith($"HTTP/1.1 {(int)expected} ", await answer.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}

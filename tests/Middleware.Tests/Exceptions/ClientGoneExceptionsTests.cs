using System.Data.Common;
using System.Net.WebSockets;
using CrashShield.Middleware.Exceptions;

namespace CrashShield.Middleware.Tests.Exceptions;

public class ClientGoneExceptionsTests
{
    public static TheoryData<Exception, bool> Kinds => new()
    {
        { new TaskCanceledException(), true },
        { new InvalidOperationException("the query was given up", new OperationCanceledException()), true },
        { new AggregateException(new TaskCanceledException(), new IOException()), true },
        { new AggregateException(new TaskCanceledException(), new FormatException()), false },
        { new AggregateException(), false },
        { new DriverException(), true },
        { new WebSocketException(WebSocketError.ConnectionClosedPrematurely), true },
        { new HttpRequestException("given up"), true },
        { new InvalidOperationException("forwarding", new HttpIOException(HttpRequestError.ResponseEnded, "too few bytes", new IOException())), false },
        { new FormatException("a bug of ours"), false },
        { new HttpRequestException("the other server failed", null, System.Net.HttpStatusCode.InternalServerError), false },
        { new InvalidOperationException("saving", new DriverException("23505")), false },
        { new DriverException("57014"), true },
        { new InvalidOperationException("a bug", new FormatException()), false },
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void CancellationIsFoundHoweverItIsWrapped(Exception exception, bool expected) => Assert.Equal(expected, ClientGoneExceptions.Include(exception));

    /// <summary>It has the same part at each of many levels: all the ways through it are more than anybody can go.</summary>
    [Fact]
    public void GraphOfManyWaysIsGivenUp()
    {
        Exception graph = new TaskCanceledException();
        for (var level = 0; level < 14; level++)
            graph = new AggregateException(Enumerable.Repeat(graph, 10));

        Assert.False(ClientGoneExceptions.Include(graph));
    }

    private sealed class DriverException(string? state = null) : DbException("interrupted")
    {
        public override string? SqlState => state;
    }
}

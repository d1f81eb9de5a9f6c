using System.Data.Common;
using System.Net.Sockets;
using System.Net.WebSockets;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

public class DependencyFailureTests
{
    [Fact]
    public void IsKnownByItsTypeOrByWhatItSays()
    {
        Assert.All(
            new Exception[]
            {
                new SocketException((int)SocketError.ConnectionRefused), new IOException(), new EndOfStreamException(), new TimeoutException(), new HttpRequestException(),
                new HttpIOException(HttpRequestError.ConnectionError), new WebSocketException(), new Database(), new OperationCanceledException(), new TaskCanceledException(),
                new Saying(isTransient: true), new Database("08006"), new Database("40001"),
            },
            exception => Assert.True(DependencyFailure.IsIn(exception), exception.GetType().Name));
    }

    [Fact]
    public void BugIsNone()
    {
        Assert.All(
            new Exception[]
            {
                new InvalidOperationException(), new FormatException(), new NullReferenceException(), new FileNotFoundException(), new DirectoryNotFoundException(),
                new PathTooLongException(), new DriveNotFoundException(), new FileLoadException(), new AggregateException(), new Saying(isTransient: false), new Throwing(), new Hiding(),
                new Text(), new Database("23505"), new Database("22001"),
            },
            exception => Assert.False(DependencyFailure.IsIn(exception), exception.GetType().Name));
    }

    [Fact]
    public void IsFoundAmongTheCauses()
    {
        var cause = new TimeoutException();
        Assert.True(DependencyFailure.IsIn(new InvalidOperationException("", new FormatException("", cause))));
        Assert.True(DependencyFailure.IsIn(new AggregateException(new FormatException(), new AggregateException(new FormatException("", cause)))));
        Assert.False(DependencyFailure.IsIn(new AggregateException(new FormatException(), new InvalidOperationException("", new FormatException()))));
    }

    [Fact]
    public void ChainWithoutEndIsLookedAtForAWhile()
    {
        Exception chain = new TimeoutException();
        for (var depth = 0; depth < 10 * ExceptionText.MaxExceptions; depth++)
            chain = new FormatException("", chain);
        Assert.False(DependencyFailure.IsIn(chain));
        Assert.True(DependencyFailure.IsIn(new AggregateException(chain, new TimeoutException())));
    }

    private sealed class Database(string? state = null) : DbException
    {
        public override string? SqlState => state;
    }

    private sealed class Saying(bool isTransient) : Exception
    {
        public bool IsTransient { get; } = isTransient;
    }

    private sealed class Throwing : Exception
    {
        public bool IsTransient => throw new InvalidOperationException(Message);
    }

    private sealed class Text : Exception
    {
        public string IsTransient => Message;
    }

    private class Base : Exception
    {
        public string IsTransient => Message;
    }

    private sealed class Hiding : Base
    {
        public new bool IsTransient => Message.Length == 0;
    }
}

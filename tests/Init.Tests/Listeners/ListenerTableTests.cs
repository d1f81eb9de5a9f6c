using System.Net;
using System.Net.Sockets;
using CrashShield.Init.Listeners;
using CrashShield.Tests;
using SocketAddress = CrashShield.Init.Listeners.SocketAddress;

namespace CrashShield.Init.Tests.Listeners;

// Alone: a process that another test starts has every descriptor between fork and exec, and with it a socket that was just closed.
[CollectionDefinition(nameof(ListenerTableTests), DisableParallelization = true)]
[Collection(nameof(ListenerTableTests))]
public sealed class ListenerTableTests : IDisposable
{
    private readonly ListenerTable _listeners = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("init-listeners").FullName;

    public void Dispose()
    {
        _listeners.CloseAll();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void TheSameKeyIsTheSameSocketAndAnotherOrdinalAnotherPort()
    {
        var any = Parse("tcp:127.0.0.1:0");
        var first = Get(new ListenerKey(any, 0));
        var second = Get(new ListenerKey(any, 1));

        Assert.Same(first, Get(new ListenerKey(any, 0)));
        Assert.NotEqual(0, first.Bound.Port);
        Assert.NotEqual(first.Bound, second.Bound);
    }

    [Fact]
    public void ATakenPortIsNamedWithTheReason()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var endpoint = Parse($"tcp:127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");

        var refused = Assert.Throws<ListenException>(() => Get(new ListenerKey(endpoint, 0)));

        Assert.Contains(endpoint.Text, refused.Message);
        Assert.Contains("Address already in use (98)", refused.Message);
    }

    [Fact]
    public void AStalePathIsTakenOverAndRemovedAtTheEnd()
    {
        var path = Path.Combine(_directory, "stale.sock");
        LeaveStale(path);

        Get(new ListenerKey(Parse("unix:" + path), 0));
        Assert.True(File.Exists(path));

        _listeners.CloseAll();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void APathOnWhichSomebodyListensStaysTheirs()
    {
        var path = Path.Combine(_directory, "live.sock");
        using var live = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        live.Bind(new UnixDomainSocketEndPoint(path));
        live.Listen();

        Assert.Throws<ListenException>(() => Get(new ListenerKey(Parse("unix:" + path), 0)));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void AFileThatIsNoSocketStays()
    {
        var path = Path.Combine(_directory, "precious.txt");
        File.WriteAllText(path, "precious");

        Assert.Throws<ListenException>(() => Get(new ListenerKey(Parse("unix:" + path), 0)));
        Assert.Equal("precious", File.ReadAllText(path));
    }

    [Fact]
    public void WhatNobodyWantsIsClosed()
    {
        var kept = Get(new ListenerKey(Parse("tcp:127.0.0.1:0"), 0));
        var closed = Get(new ListenerKey(Parse("tcp:127.0.0.1:0"), 1));

        Assert.Equal([closed], _listeners.CloseAllBut(new HashSet<Listener> { kept }));
        Assert.Equal([kept], _listeners.All);
        using var client = new TcpClient();
        Assert.Throws<SocketException>(() => client.Connect(IPAddress.Loopback, closed.Bound.Port));
    }

    [Theory]
    [InlineData("tcp:[::]:{0}", "tcp:127.0.0.1:{0}", "tcp:[::1]:{0}")]
    [InlineData("tcp:0.0.0.0:{0}", "tcp:127.0.0.1:{0}", "tcp:0.0.0.0:{0}")]
    public void AGivenSocketIsTheAnswerForEachAddressThatItCovers(string given, string one, string other)
    {
        var port = FreePort.Take();
        var covering = _listeners.GetGiven(new ListenerKey(Parse(given, port), 0));

        Assert.Same(covering, Get(new ListenerKey(Parse(one, port), 0)));
        Assert.Same(covering, Get(new ListenerKey(Parse(other, port), 0)));
    }

    [Theory]
    [InlineData("tcp:0.0.0.0:{0}", "tcp:[::]:{0}")]
    [InlineData("tcp:127.0.0.1:{0}", "tcp:[::]:{0}")]
    [InlineData("tcp:[::1]:{0}", "tcp:[::]:{0}")]
    [InlineData("tcp:127.0.0.1:{0}", "tcp:0.0.0.0:{0}")]
    public void AnIdleSocketThatDoesNotCoverIsClosed(string given, string asked)
    {
        var port = FreePort.Take();
        var narrow = _listeners.GetGiven(new ListenerKey(Parse(given, port), 0));
        var wide = Get(new ListenerKey(Parse(asked, port), 0));

        Assert.Equal([wide], _listeners.All);
        Assert.Equal((true, false, Parse(asked, port)), (narrow.IsGiven, wide.IsGiven, wide.Bound));
    }

    [Fact]
    public void AnotherAddressOfTheSamePortIsNotInTheWay()
    {
        var port = FreePort.Take();
        var one = Get(new ListenerKey(Parse("tcp:127.0.0.1:{0}", port), 0));
        var other = Get(new ListenerKey(Parse("tcp:127.0.0.2:{0}", port), 0));

        Assert.Equal([one, other], _listeners.All);
    }

    [Fact]
    public void ASocketOfAWorkerIsNeitherWidenedNorNarrowedAndItsHolderNamed()
    {
        var port = FreePort.Take();
        Get(new ListenerKey(Parse("tcp:[::]:{0}", port), 0));

        var refused = Assert.Throws<ListenException>(() => _listeners.Get(new ListenerKey(Parse("tcp:127.0.0.1:{0}", port), 0), _ => "worker 7"));

        Assert.Equal(98, refused.Errno);
        Assert.Contains($"worker 7 listens on tcp:[::]:{port}", refused.Message);
    }

    [Fact]
    public void AFileThatWasRemovedIsBoundAnew()
    {
        var path = Path.Combine(_directory, "removed.sock");
        var key = new ListenerKey(Parse("unix:" + path), 0);
        var lost = Get(key);
        Assert.Same(lost, Get(key));
        File.Delete(path);

        var again = Get(key);

        Assert.NotSame(lost, again);
        Assert.Equal([again], _listeners.All);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
    }

    [Fact]
    public void AFileOfAnotherIsNotTakenAndNotRemoved()
    {
        var path = Path.Combine(_directory, "others.sock");
        var key = new ListenerKey(Parse("unix:" + path), 0);
        Get(key);
        File.Delete(path);
        using var live = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        live.Bind(new UnixDomainSocketEndPoint(path));
        live.Listen();

        Assert.Throws<ListenException>(() => Get(key));
        _listeners.CloseAll();
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void AnAbstractNameHasNoFile()
    {
        var name = $"crashshield-{Guid.NewGuid():N}";
        var listener = Get(new ListenerKey(Parse("unix:@" + name), 0));

        Assert.Equal("unix:@" + name, listener.Bound.Text);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint("\0" + name));
        _listeners.CloseAll();
        using var late = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.Throws<SocketException>(() => late.Connect(new UnixDomainSocketEndPoint("\0" + name)));
    }

    private Listener Get(ListenerKey key) => _listeners.Get(key, static _ => null);

    private static Endpoint Parse(string form, int port) => Parse(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, port));

    private static Endpoint Parse(string text) => Endpoint.TryParse(text, out var endpoint) ? endpoint : throw new FormatException(text);

    // Not by Socket, which removes the file when it is disposed: a process that is killed does not.
    private static void LeaveStale(string path)
    {
        var address = SocketAddress.OfPath(path);
        var descriptor = SocketCalls.Open(SocketAddress.Unix, SocketCalls.Stream | SocketCalls.CloseOnExec, 0);
        Assert.Equal(0, SocketCalls.Bind(descriptor, address, (uint)address.Length));
        SocketCalls.Close(descriptor);
    }
}

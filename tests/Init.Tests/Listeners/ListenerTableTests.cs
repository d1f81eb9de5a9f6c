using System.Net;
using System.Net.Sockets;
using CrashShield.Init.Listeners;
using SocketAddress = CrashShield.Init.Listeners.SocketAddress;

namespace CrashShield.Init.Tests.Listeners;

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
        var first = _listeners.Get(new ListenerKey(any, 0));
        var second = _listeners.Get(new ListenerKey(any, 1));

        Assert.Same(first, _listeners.Get(new ListenerKey(any, 0)));
        Assert.NotEqual(0, first.Bound.Port);
        Assert.NotEqual(first.Bound, second.Bound);
    }

    [Fact]
    public void ATakenPortIsNamedWithTheReason()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var endpoint = Parse($"tcp:127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");

        var refused = Assert.Throws<ListenException>(() => _listeners.Get(new ListenerKey(endpoint, 0)));

        Assert.Contains(endpoint.Text, refused.Message);
        Assert.Contains("Address already in use (98)", refused.Message);
    }

    [Fact]
    public void AStalePathIsTakenOverAndRemovedAtTheEnd()
    {
        var path = Path.Combine(_directory, "stale.sock");
        LeaveStale(path);

        _listeners.Get(new ListenerKey(Parse("unix:" + path), 0));
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

        Assert.Throws<ListenException>(() => _listeners.Get(new ListenerKey(Parse("unix:" + path), 0)));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void AFileThatIsNoSocketStays()
    {
        var path = Path.Combine(_directory, "precious.txt");
        File.WriteAllText(path, "precious");

        Assert.Throws<ListenException>(() => _listeners.Get(new ListenerKey(Parse("unix:" + path), 0)));
        Assert.Equal("precious", File.ReadAllText(path));
    }

    [Fact]
    public void WhatNobodyWantsIsClosed()
    {
        var kept = _listeners.Get(new ListenerKey(Parse("tcp:127.0.0.1:0"), 0));
        var closed = _listeners.Get(new ListenerKey(Parse("tcp:127.0.0.1:0"), 1));

        Assert.Equal([closed], _listeners.CloseAllBut(new HashSet<ListenerKey> { kept.Key }));
        Assert.Equal([kept], _listeners.All);
        using var client = new TcpClient();
        Assert.Throws<SocketException>(() => client.Connect(IPAddress.Loopback, closed.Bound.Port));
    }

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

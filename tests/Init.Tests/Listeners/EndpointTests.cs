using System.Net;
using System.Net.Sockets;
using SocketAddress = CrashShield.Init.Listeners.SocketAddress;

namespace CrashShield.Init.Tests.Listeners;

public class EndpointTests
{
    [Theory]
    [InlineData("tcp:127.0.0.1:5080")]
    [InlineData("tcp:0.0.0.0:0")]
    [InlineData("tcp:[::1]:65535")]
    [InlineData("tcp:[::]:80")]
    [InlineData("unix:/run/app.sock")]
    [InlineData("unix:@app")]
    public void AnEndpointKeepsItsText(string text)
    {
        Assert.True(Endpoint.TryParse(text, out var endpoint));
        Assert.Equal(text, endpoint.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:5080")]
    [InlineData("tcp:localhost:5080")]
    [InlineData("tcp:127.1:5080")]
    [InlineData("tcp:1:5080")]
    [InlineData("tcp:::1:5080")]
    [InlineData("tcp:[127.0.0.1]:80")]
    [InlineData("tcp:127.0.0.1:65536")]
    [InlineData("tcp:127.0.0.1:-1")]
    [InlineData("tcp:127.0.0.1")]
    [InlineData("unix:relative.sock")]
    [InlineData("unix:")]
    [InlineData("unix:@")]
    [InlineData("udp:127.0.0.1:80")]
    public void WhatIsNoEndpointIsRefused(string text) => Assert.False(Endpoint.TryParse(text, out _));

    [Theory]
    [InlineData("tcp:127.0.0.1:5080")]
    [InlineData("tcp:[2001:db8::1]:5080")]
    [InlineData("tcp:[fe80::1%7]:5080")]
    [InlineData("unix:/run/app.sock")]
    [InlineData("unix:@app")]
    public void AnAddressIsTheEndpointThatItWasMadeOf(string text)
    {
        Assert.True(Endpoint.TryParse(text, out var endpoint));
        Assert.Equal(endpoint, SocketAddress.ToEndpoint(SocketAddress.Of(endpoint)));
    }

    [Fact]
    public void APathThatNoSocketCanHaveIsRefused()
    {
        Assert.True(Endpoint.TryParse("unix:/" + new string('a', 106), out _));
        Assert.False(Endpoint.TryParse("unix:/" + new string('a', 107), out _));
        Assert.True(Endpoint.TryParse("unix:@" + new string('a', 107), out _));
        Assert.False(Endpoint.TryParse("unix:@" + new string('a', 108), out _));
    }

    [Theory]
    [InlineData("127.0.0.1:5080")]
    [InlineData("[::1]:0")]
    [InlineData("[fe80::1%7]:80")]
    [InlineData("[::ffff:127.0.0.1]:80")]
    public void WhatAWorkerAsksForIsAnEndpoint(string address) => AssertNamed(IPEndPoint.Parse(address), $"tcp:{address}");

    [Theory]
    [InlineData("/run/app.sock", "unix:/run/app.sock")]
    [InlineData("\0app", "unix:@app")]
    public void TheUnixSocketThatAWorkerAsksForIsAnEndpoint(string path, string name) => AssertNamed(new UnixDomainSocketEndPoint(path), name);

    [Theory]
    [InlineData("tcp:127.0.0.1:5080")]
    [InlineData("tcp:[fe80::1]:80")]
    [InlineData("unix:/run/app.sock")]
    public void TheKernelsAddressIsTheSameEndpoint(string text)
    {
        Assert.True(Endpoint.TryParse(text, out var endpoint));
        Assert.Equal(endpoint, SocketAddress.ToEndpoint(SocketAddress.Of(endpoint)));
    }

    private static void AssertNamed(EndPoint endPoint, string name)
    {
        Assert.Equal(name, Endpoint.NameOf(endPoint));
        Assert.True(Endpoint.TryParse(name, out var endpoint));
        Assert.Equal(name, endpoint.Text);
    }
}

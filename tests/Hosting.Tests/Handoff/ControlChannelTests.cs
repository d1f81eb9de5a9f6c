using System.Net;
using System.Net.Sockets;
using System.Text;
using CrashShield.Hosting.Handoff;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class ControlChannelTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly int _raw;
    private readonly ControlChannel _channel;
    private bool _rawIsOthers;

    public ControlChannelTests()
    {
        (var ours, _raw) = SystemSockets.Pair();
        _channel = new(ours);
    }

    public void Dispose()
    {
        _channel.Dispose();
        // Not twice: the number may be another test's by then.
        if (!_rawIsOthers)
            SystemSockets.Close(_raw);
    }

    [Fact]
    public void MessagesKeepTheirFieldsAndBounds()
    {
        using var other = Other();
        other.Send(new(ControlType.Hello) { Protocol = 1, Pid = 42, Generation = 3, Version = "1.4.0", Build = "b" });
        other.Send(new(ControlType.State) { Name = "carts", Data = [1, 2, 3] });

        Assert.Equal(new(ControlType.Hello) { Protocol = 1, Pid = 42, Generation = 3, Version = "1.4.0", Build = "b" }, Receive().Message);
        Assert.Equal([1, 2, 3], Receive().Message.Data!);
    }

    [Fact]
    public void DescriptorsRideOnTheirPacketAndAreNotInherited()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var other = Other();
        other.Send(new(ControlType.Listening) { Endpoint = "tcp:127.0.0.1:0" }, (int)listener.Server.Handle);

        var packet = Receive();
        Assert.Equal("tcp:127.0.0.1:0", packet.Message.Endpoint);
        using var received = new Socket(new SafeSocketHandle(packet.Descriptor, ownsHandle: true));
        Assert.Equal(listener.LocalEndpoint, received.LocalEndPoint);
        // The last of the flags in octal: O_CLOEXEC is 02000000.
        Assert.Contains("\nflags:\t02", "\n" + File.ReadAllText($"/proc/self/fdinfo/{packet.Descriptor}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{\"type\":\"hel")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void NonsenseIsRefusedAndPassedOver(string nonsense)
    {
        SystemSockets.Send(_raw, Encoding.UTF8.GetBytes(nonsense), -1);
        SystemSockets.Send(_raw, "{\"type\":\"open\"}"u8, -1);

        Assert.Equal(ControlType.Open, Receive().Message.Type);
        Assert.StartsWith("{\"type\":\"refuse\",\"reason\":\"A packet is a JSON object", Answer(), StringComparison.Ordinal);
    }

    [Fact]
    public void PacketThatIsTooLargeIsRefused()
    {
        SystemSockets.Send(_raw, Encoding.UTF8.GetBytes($"{{\"type\":\"{new string('x', ControlChannel.MaxPacket)}\"}}"), -1);
        SystemSockets.Send(_raw, "{\"type\":\"open\"}"u8, -1);

        Assert.Equal(ControlType.Open, Receive().Message.Type);
        Assert.Contains("at most 32768 bytes", Answer(), StringComparison.Ordinal);
    }

    [Fact]
    public void EndOfTheOtherSideIsSeen()
    {
        Other().Dispose();
        Assert.Null(_channel.Receive(Deadline));
        Assert.False(_channel.TrySend(new(ControlType.Ready)));
    }

    [Fact]
    public void SilenceTimesOut() => Assert.Throws<TimeoutException>(() => _channel.Receive(TimeSpan.FromMilliseconds(20)));

    [Fact]
    public async Task NonsenseBuysNoTime()
    {
        SystemSockets.Send(_raw, "nonsense"u8, -1);
        var receiving = Task.Run(() => Assert.Throws<TimeoutException>(() => _channel.Receive(TimeSpan.FromMilliseconds(20))), TestContext.Current.CancellationToken);
        await receiving.WaitAsync(Deadline, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PeerThatReadsNothingEndsTheSend()
    {
        var (ours, theirs) = SystemSockets.Pair();
        using var channel = new ControlChannel(ours);
        SystemSockets.BoundSends(ours, TimeSpan.FromMilliseconds(20));
        var sending = Task.Run(() =>
        {
            while (channel.TrySend(new(ControlType.State) { Name = "large", Data = new byte[ControlChannel.MaxData] }))
            {
            }
        }, TestContext.Current.CancellationToken);
        await sending.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        SystemSockets.Close(theirs);
    }

    private ControlChannel Other()
    {
        _rawIsOthers = true;
        return new(_raw);
    }

    private ControlPacket Receive() => _channel.Receive(Deadline)!.Value;

    private string Answer()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer.AsSpan(0, SystemSockets.Receive(_raw, buffer).Length));
    }
}

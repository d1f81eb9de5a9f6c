using System.Net;
using System.Net.Sockets;
using System.Text;
using CrashShield.Handoff.Protocol;
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
            PacketSocket.Close(_raw);
    }

    [Fact]
    public void MessagesKeepTheirFieldsAndBounds()
    {
        using var other = Other();
        other.Send(new(ControlType.Hello) { ProtocolVersion = 1, ProcessId = 42, Generation = 3, Version = "1.4.0", Build = "b" });
        other.Send(new(ControlType.State) { Name = "carts", Data = [1, 2, 3] });

        Assert.Equal(new(ControlType.Hello) { ProtocolVersion = 1, ProcessId = 42, Generation = 3, Version = "1.4.0", Build = "b" }, Receive().Message);
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
        Send(Encoding.UTF8.GetBytes(nonsense));
        Send("{\"type\":\"open\"}"u8);

        Assert.Equal(ControlType.Open, Receive().Message.Type);
        Assert.StartsWith("{\"type\":\"refuse\",\"reason\":\"a packet is one JSON object", Answer(), StringComparison.Ordinal);
    }

    [Fact]
    public void PacketThatIsTooLargeIsRefused()
    {
        Send(Encoding.UTF8.GetBytes($"{{\"type\":\"{new string('x', PacketSocket.MaxPacket)}\"}}"));
        Send("{\"type\":\"open\"}"u8);

        Assert.Equal(ControlType.Open, Receive().Message.Type);
        Assert.Contains("at most 32768 bytes", Answer(), StringComparison.Ordinal);
    }

    [Fact]
    public void EndOfTheOtherSideIsSeen()
    {
        Other().Dispose();
        Assert.True(_channel.TryReceive(Deadline, out var packet));
        Assert.Null(packet);
        Assert.False(_channel.TrySend(new(ControlType.Ready)));
    }

    [Fact]
    public void SilenceTimesOut() => Assert.False(_channel.TryReceive(TimeSpan.FromMilliseconds(20), out _));

    [Fact]
    public async Task NonsenseBuysNoTime()
    {
        Send("nonsense"u8);
        var receiving = Task.Run(() => Assert.False(_channel.TryReceive(TimeSpan.FromMilliseconds(20), out _)), TestContext.Current.CancellationToken);
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
            while (channel.TrySend(new(ControlType.State) { Name = "large", Data = new byte[Message.MaxData] }))
            {
            }
        }, TestContext.Current.CancellationToken);
        await sending.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        PacketSocket.Close(theirs);
    }

    private ControlChannel Other()
    {
        _rawIsOthers = true;
        return new(_raw);
    }

    private ControlPacket Receive()
    {
        Assert.True(_channel.TryReceive(Deadline, out var packet));
        return packet!.Value;
    }

    private void Send(ReadOnlySpan<byte> packet) => Assert.Equal(0, PacketSocket.Send(_raw, packet, -1, wait: true));

    private string Answer()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer.AsSpan(0, PacketSocket.Receive(_raw, buffer, wait: true).Length));
    }
}

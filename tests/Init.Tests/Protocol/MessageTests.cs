using System.Text;

namespace CrashShield.Init.Tests.Protocol;

public class MessageTests
{
    [Fact]
    public void AHelloIsReadAndWhatIsNewInItIsSkipped()
    {
        var hello = Read("""{"type":"hello","protocol":1,"pid":7,"generation":2,"version":"1.4.0","build":"b","later":{"a":[1]}}""");

        Assert.Equal(new Message("hello") { ProtocolVersion = 1, ProcessId = 7, Generation = 2, Version = "1.4.0", Build = "b" }, hello);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"hello","pid":"x"}""")]
    [InlineData("""{"type":"hello","pid":99999999999}""")]
    [InlineData("""{"type":"hello"}{"type":"hello"}""")]
    [InlineData("""{"type":"x","a":[[[[[[[[[[1]]]]]]]]]]}""")]
    public void WhatIsNoMessageIsRefused(string packet) => Assert.Throws<FormatException>(() => Read(packet));

    [Fact]
    public void ABlobPassesAsItIs()
    {
        var packet = """{"type":"state","name":"n","data":"+/+/aGVsbG8="}""";

        Assert.Equal(packet, Encoding.UTF8.GetString(MessageWriter.Write(Read(packet))));
    }

    [Fact]
    public void AnOfferHasEndpoints() => Assert.Equal(
        """{"type":"offer","generation":3,"version":"2","build":"b","endpoints":null}""",
        Encoding.UTF8.GetString(MessageWriter.Write(new Message("offer") { Version = "2", Build = "b", Generation = 3 })));

    [Fact]
    public void ATextForPeopleIsCutSoThatItsPacketCanBeRead()
    {
        var longest = new string('"', 100_000);
        var half = new string('a', MessageWriter.MaxText - 1) + "\U0001f525";

        Assert.InRange(MessageWriter.Write(Message.Refuse(longest)).Length, MessageWriter.MaxText, PacketSocket.MaxPacket);
        Assert.StartsWith(half[..(MessageWriter.MaxText - 1)], Read(Encoding.UTF8.GetString(MessageWriter.Write(Message.Refuse(half)))).Reason, StringComparison.Ordinal);
    }

    private static Message Read(string packet)
    {
        var bytes = Encoding.UTF8.GetBytes(packet);
        return MessageReader.Read(bytes, bytes.Length);
    }
}

extern alias Hosting;

using System.Reflection;
using System.Text;
using CrashShield.Init.Polling;
using CrashShield.Init.Workers;
using Other = Hosting::CrashShield.Hosting.Handoff;
using OtherProtocol = Hosting::CrashShield.Handoff.Protocol;

namespace CrashShield.Init.Tests.Protocol;

/// <summary>The init on one end of a control channel, the hosting library on the other: what one says is what the other hears.</summary>
public sealed class ConformanceTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly int _initsEnd;
    private readonly int _workersEnd;
    private readonly Other.ControlChannel _worker;
    private readonly ControlChannel _init;
    private readonly List<Message> _heard = [];

    public ConformanceTests()
    {
        Assert.Equal(0, PacketSocket.OpenPair(out _initsEnd, out _workersEnd));
        _worker = new(_workersEnd);
        _init = new(new EventLoop(TimeProvider.System), Environment.ProcessId, _initsEnd);
        _init.Listen(_heard.Add);
    }

    public static TheoryData<string> Types => [.. Samples.All.Select(sample => sample.Type)];

    // The last ones: a value of another kind for each property.
    public static TheoryData<string> Nonsense =>
    [
        " ", "{", "[]", "{}", "nonsense", """{"type":7}""", """{"type":null}""", """{"type":""}""", """{"type":"open"}{"type":"open"}""", "{\"type\":\"\\ud83d\"}",
        .. new[] { "protocol", "pid", "generation", "restarts", "errno", "warmups", "ms", "connections", "signal", "peer", "beside", "accepted" }.Select(name => $$"""{"type":"open","{{name}}":"1"}"""),
        .. new[] { "version", "build", "endpoint", "reason", "lastDeath", "name", "data", "signals" }.Select(name => $$"""{"type":"open","{{name}}":1}"""),
        """{"type":"open","pid":99999999999}""", """{"type":"open","data":"%"}""",
    ];

    public void Dispose()
    {
        _init.Close();
        _worker.Dispose();
    }

    [Fact]
    public void EachTypeHasASampleOnBothSides()
    {
        var known = Samples.All.Select(sample => sample.Type).Order();
        Assert.Equal(TypesOf(typeof(ControlType)), known);
        Assert.Equal(TypesOf(typeof(OtherProtocol.ControlType)), known);
    }

    [Fact]
    public void EachPropertyIsInASample()
    {
        var used = Samples.All.SelectMany(Samples.Properties).Where(property => property.Value != "-").Select(property => property.Key);
        Assert.Equal(Samples.Properties(new Message("")).Keys.Order(), used.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void WhatTheInitSaysIsWhatTheWorkerHears(string type)
    {
        _init.Send(Samples.Of(type));
        Assert.Equal(Samples.Properties(Samples.Of(type)), Samples.Properties(Heard().Message));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void WhatTheWorkerSaysIsWhatTheInitHears(string type)
    {
        _worker.Send(OthersOf(Samples.Of(type)));
        Assert.Equal(Samples.Properties(Samples.Of(type)), Samples.Properties(HeardByInit()));
    }

    [Fact]
    public void TheLongestStatePassesThroughAsItIs()
    {
        var data = new byte[Message.MaxData];
        new Random(16).NextBytes(data);
        _worker.Send(new(ControlType.State) { Name = new string('n', 8_000), Data = data });
        _init.Send(HeardByInit());

        Assert.Equal(data, Heard().Message.Data);
        Assert.Equal(Message.MaxData, OtherProtocol.Message.MaxData);
    }

    [Fact]
    public void ADescriptorArrivesOpenAndAnUnwantedOneIsClosed()
    {
        using var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.Read, FileShare.None, 1, FileOptions.DeleteOnClose);
        _init.Send(Samples.Of(ControlType.Listening), (int)file.SafeFileHandle.DangerousGetHandle());
        var descriptor = Heard().Descriptor;
        Assert.Equal(2, DescriptorsOf(file.Name));

        _worker.Send(new(ControlType.Opened), descriptor);
        HeardByInit();
        PacketSocket.Close(descriptor);
        Assert.Equal(1, DescriptorsOf(file.Name));
    }

    [Fact]
    public void APropertyOfALaterVersionIsPassedOver()
    {
        const string Later = """{"later":{"a":[1,{"b":null}]},"type":"open","lastDeath":null,"endpoints":[]}""";
        SendRaw(Later);
        Assert.Equal(new Message(ControlType.Open), HeardByInit());
        SendRawToWorker(Later);
        Assert.Equal(Samples.Properties(new Message(ControlType.Open)), Samples.Properties(Heard().Message));
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void NonsenseIsRefusedByBothInTheSameWords(string packet)
    {
        Assert.Equal(AnswerOfWorker(packet), AnswerOfInit(packet));
    }

    [Fact]
    public void APacketThatIsTooLongIsRefusedByBothInTheSameWords()
    {
        var packet = $$"""{"type":"refuse","reason":"{{new string('x', 100_000)}}"}""";
        Assert.Contains("at most 32768 bytes, this one had 1000", AnswerOfWorker(packet), StringComparison.Ordinal);
        Assert.Equal(AnswerOfWorker(packet), AnswerOfInit(packet));
    }

    private static IEnumerable<string> TypesOf(Type table) =>
        table.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order();

    private static OtherProtocol.Message OthersOf(Message message)
    {
        var other = new OtherProtocol.Message(message.Type);
        foreach (var property in typeof(Message).GetProperties(BindingFlags.Public | BindingFlags.Instance))
            typeof(OtherProtocol.Message).GetProperty(property.Name)!.SetValue(other, property.GetValue(message));
        return other;
    }

    private static int DescriptorsOf(string path) =>
        Directory.GetFiles("/proc/self/fd").Count(descriptor => new FileInfo(descriptor).LinkTarget == path);

    private void SendRaw(string packet) => SendRaw(_workersEnd, packet);

    private void SendRawToWorker(string packet) => SendRaw(_initsEnd, packet);

    private static void SendRaw(int end, string packet) => Assert.Equal(0, PacketSocket.Send(end, Encoding.UTF8.GetBytes(packet), -1, wait: true));

    private Other.ControlPacket Heard()
    {
        Assert.True(_worker.TryReceive(Deadline, out var packet));
        return packet!.Value;
    }

    private Message HeardByInit()
    {
        _heard.Clear();
        _init.Ready(PollEvents.In);
        return Assert.Single(_heard);
    }

    private string AnswerOfInit(string packet)
    {
        SendRaw(packet);
        _heard.Clear();
        _init.Ready(PollEvents.In);
        Assert.Empty(_heard);
        var answer = Heard().Message;
        Assert.Equal(ControlType.Refuse, answer.Type);
        return answer.Reason!;
    }

    private string AnswerOfWorker(string packet)
    {
        SendRawToWorker(packet);
        Assert.False(_worker.TryReceive(TimeSpan.FromMilliseconds(20), out _));
        var answer = HeardByInit();
        Assert.Equal(ControlType.Refuse, answer.Type);
        return answer.Reason!;
    }
}

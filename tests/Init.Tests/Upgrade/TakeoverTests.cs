using CrashShield.Init.Upgrade;

namespace CrashShield.Init.Tests.Upgrade;

public class TakeoverTests
{
    [Fact]
    public void TheNextImageReadsWhatThisOneWrites()
    {
        var worker = new WorkerRecord
        {
            ProcessId = 7, Generation = 3, StartedAt = DateTimeOffset.UnixEpoch, Descriptor = 9, Version = "1", Build = "b", Signals = ulong.MaxValue,
            Asked = [("tcp:127.0.0.1:0", 2)],
        };
        var takeover = new Takeover
        {
            Generation = 4, Restarts = 2, Hello = TimeSpan.FromSeconds(90.5), Serving = worker, Spare = worker with { Version = null, Build = null, Descriptor = -1 }, Control = 5, Client = 6,
            Listeners = [new ListenerRecord("tcp:127.0.0.1:0", 1, 8, "tcp:127.0.0.1:4711", null, true, IsPassed: true), new ListenerRecord("tcp:127.0.0.1:1", 0, 11, "tcp:127.0.0.1:1", null, true, IsPassed: false), new ListenerRecord("unix:/a", 0, 10, "unix:/a", 12, false, IsPassed: false)],
        };

        var read = TakeoverJson.Read(TakeoverJson.Write(takeover));

        Assert.Equivalent(takeover, read, strict: true);
        Assert.Equal([9, 5, 6, 8, 11, 10], read.Descriptors);
    }

    [Fact]
    public void WhatImagesBeforeDidNotSayIsNone()
    {
        var takeover = new Takeover { Generation = 4, Restarts = 2, Serving = new WorkerRecord { ProcessId = 7 } };

        Assert.Equal(0, TakeoverJson.Read(TakeoverJson.Write(takeover).Replace("\"restarts\":2,", "", StringComparison.Ordinal)).Restarts);
    }

    [Fact]
    public void ASocketOfAnImageBeforeMayBeSystemds()
    {
        var listener = new ListenerRecord("tcp:127.0.0.1:1", 0, 8, "tcp:127.0.0.1:1", null, IsGiven: true, IsPassed: false);
        var takeover = new Takeover { Generation = 4, Serving = new WorkerRecord { ProcessId = 7 }, Listeners = [listener] };

        var read = TakeoverJson.Read(TakeoverJson.Write(takeover).Replace(",\"passed\":false", "", StringComparison.Ordinal));
        Assert.True(Assert.Single(read.Listeners).IsPassed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"format":2}""")]
    public void WhatItCannotReadItDoesNotTake(string text) => Assert.Throws<InitException>(() => TakeoverJson.Read(text));
}

using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Tests.Supervision;

namespace CrashShield.Hosting.Tests.Leaks;

public sealed class ShieldChannelTests : IDisposable
{
    private readonly LeakFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReaderWithoutAWriterIsReported(bool isBounded)
    {
        _fixture.Enter();
        var waiting = WaitForNobody(isBounded);

        await _fixture.LookUntil(() => _fixture.Log.Named("ReadersOrphaned").Count == 1, "it is logged");

        var logged = _fixture.Log.Named("ReadersOrphaned")[0];
        Assert.Equal(("1", "orders"), (logged["Count"], logged["Name"]));
        Assert.StartsWith("Create (ShieldChannelTests.cs:", logged["Site"], StringComparison.Ordinal);
        Assert.Equal(1, _fixture.Counts.Of("crashshield.tasks.stuck", "method=orders"));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task ReaderThatComesAfterTheWriterHasGoneIsReportedWhenItWaits()
    {
        _fixture.Enter();
        var reader = WriteAndGo();
        LeakFixture.Collect();
        _fixture.Watch.Step();
        Assert.Empty(_fixture.Log.Problems);

        Assert.Equal(1, await reader.ReadAsync(TestContext.Current.CancellationToken).Within());
        var waiting = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        await _fixture.LookUntil(() => _fixture.Log.Named("ReadersOrphaned").Count == 1, "it is logged");
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task CompletedChannelIsNot()
    {
        _fixture.Enter();
        var read = await CompleteAsync().Within();

        LeakFixture.Collect();
        _fixture.Watch.Step();

        Assert.Equal([1, 2], read);
        Assert.Empty(_fixture.Log.Problems);
    }

    [Fact]
    public void ReaderThatIdlesAtNightIsNot()
    {
        _fixture.Enter();
        var channel = ShieldChannel.CreateUnbounded<int>("orders");
        var read = channel.Reader.ReadAsync(TestContext.Current.CancellationToken);
        _fixture.Time.Advance(TimeSpan.FromHours(12));
        LeakFixture.Collect();
        _fixture.Watch.Step();

        Assert.Equal((false, 0), (read.IsCompleted, _fixture.Watch.Leaked));
        GC.KeepAlive(channel.Writer);
    }

    [Fact]
    public void ReaderWhoseWriterLivesIsNot()
    {
        _fixture.Enter();
        var channel = Create(isBounded: false);
        var waiting = channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        LeakFixture.Collect();
        _fixture.Watch.Step();

        Assert.Empty(_fixture.Log.Problems);
        Assert.True(channel.Writer.TryWrite(1));
        GC.KeepAlive(waiting);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<bool> WaitForNobody(bool isBounded) => Create(isBounded).Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ChannelReader<int> WriteAndGo()
    {
        var channel = Create(isBounded: false);
        Assert.True(channel.Writer.TryWrite(1));
        return channel.Reader;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<int>> CompleteAsync()
    {
        var channel = Create(isBounded: true);
        var reading = ReadAllAsync(channel.Reader);
        await channel.Writer.WriteAsync(1);
        await channel.Writer.WriteAsync(2);
        channel.Writer.Complete();
        return await reading;
    }

    private static async Task<List<int>> ReadAllAsync(ChannelReader<int> reader)
    {
        var read = new List<int>();
        await foreach (var item in reader.ReadAllAsync())
            read.Add(item);
        return read;
    }

    private static Channel<int> Create(bool isBounded) => isBounded
        ? ShieldChannel.CreateBounded<int>("orders", new(2))
        : ShieldChannel.CreateUnbounded<int>("orders");
}

using System.Text;
using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Handoff;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrashShield.Hosting.Tests.Handoff;

public class HandoverStatesTests
{
    private readonly List<Message> _sent = [];

    [Fact]
    public async Task StatesOfAnyLengthArriveWhole()
    {
        var data = new byte[100_000];
        new Random(1).NextBytes(data);
        var taken = new State("large", []);
        await PassAsync([new State("large", data), new State("gone", [1])], [taken, new State("new", [2])]);
        Assert.Equal(data, taken.Data);
        Assert.All(_sent, message => Assert.InRange(message.Data?.Length ?? 0, 0, Message.MaxData));
    }

    [Fact]
    public async Task OneThatCannotBeSavedCostsOnlyItself()
    {
        var taken = new State("fine", []);
        await PassAsync([new State("broken", null), new State("fine", Encoding.UTF8.GetBytes("it"))], [taken, new State("broken", [])]);
        Assert.Equal("it", Encoding.UTF8.GetString(taken.Data!));
    }

    [Fact]
    public void OnesThatNeverComeBackCostOnlyThemselvesAndNoLongerThanOne()
    {
        using var never = new ManualResetEventSlim();
        var started = TimeProvider.System.GetTimestamp();
        var states = new HandoverStates([new State("fine", [1]), new Stuck("first", never), new Stuck("second", never), new Stuck("third", never)], NullLogger<HandoverStates>.Instance)
        {
            SaveWithin = TimeSpan.FromMilliseconds(300),
        };
        states.Send(_sent.Add);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(850));
        Assert.Equal(["fine", null], _sent.Select(message => message.Name));
        never.Set();
    }

    private async Task PassAsync(State[] old, State[] next)
    {
        new HandoverStates(old, NullLogger<HandoverStates>.Instance).Send(_sent.Add);
        var receiver = new HandoverStates(next, NullLogger<HandoverStates>.Instance);
        Assert.Equal([.. Enumerable.Repeat(false, _sent.Count - 1), true], _sent.Select(receiver.Receive));
        await receiver.LoadAsync(TestContext.Current.CancellationToken);
    }

    private sealed class State(string name, byte[]? data) : IHandoverState
    {
        public string Name => name;

        public byte[]? Data { get; private set; } = data;

        public ValueTask<ReadOnlyMemory<byte>> SaveAsync(CancellationToken cancellationToken) =>
            Data is null ? throw new InvalidOperationException("The cache is closed.") : new(Data);

        public ValueTask LoadAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
        {
            Data = state.ToArray();
            return default;
        }
    }

    private sealed class Stuck(string name, ManualResetEventSlim until) : IHandoverState
    {
        public string Name => name;

        public ValueTask<ReadOnlyMemory<byte>> SaveAsync(CancellationToken cancellationToken)
        {
            until.Wait(CancellationToken.None);
            return default;
        }

        public ValueTask LoadAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken) => default;
    }
}

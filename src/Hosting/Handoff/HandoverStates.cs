using System.Buffers;
using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Handoff;

/// <summary>Passes the application's states on, in packets, and takes them over.</summary>
internal sealed class HandoverStates(IEnumerable<IHandoverState> states, ILogger<HandoverStates> logger)
{
    private readonly Dictionary<string, IHandoverState> _states = states.ToDictionary(state => state.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, ArrayBufferWriter<byte>> _received = new(StringComparer.Ordinal);

    /// <summary>How long all of them together may take to be saved: the next worker waits for the end of the last.</summary>
    public TimeSpan SaveWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Sends all of them and the end. A state that cannot be saved costs only itself.</summary>
    public void Send(Action<Message> send)
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var state in _states.Values)
        {
            if (Save(state, SaveWithin - TimeProvider.System.GetElapsedTime(start)) is not { } data)
                continue;

            for (var rest = data; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, Message.MaxData)..])
                send(new(ControlType.State) { Name = state.Name, Data = rest[..Math.Min(rest.Length, Message.MaxData)].ToArray() });
        }

        send(new(ControlType.State));
    }

    /// <summary>Takes one packet.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool Receive(Message message)
    {
        if (message.Name is not { } name)
            return true;

        if (!_received.TryGetValue(name, out var data))
            _received[name] = data = new();
        data.Write(message.Data);
        return false;
    }

    /// <summary>Gives each state what was received for it.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, data) in _received)
        {
            if (_states.TryGetValue(name, out var state))
                await state.LoadAsync(data.WrittenMemory, cancellationToken).ConfigureAwait(false);
            else
                HandoffLog.StateUnknown(logger, name);
        }

        _received.Clear();
    }

    private ReadOnlyMemory<byte>? Save(IHandoverState state, TimeSpan within)
    {
        try
        {
            using var bound = new CancellationTokenSource();
            var saving = Begin(state, bound.Token);
            if (within > TimeSpan.Zero && Task.WaitAny([saving], within) == 0)
                return saving.GetAwaiter().GetResult();
            bound.Cancel();
            TellNotSaved(null, state.Name, $"all states together may take {SaveWithin.TotalSeconds} s");
        }
        catch (Exception e)
        {
            TellNotSaved(LoggableException.Of(e), state.Name, ExceptionText.Message(e));
        }

        return null;
    }

    // On a thread of its own: one that blocks before its first await would hold up the channel, and with it whatever the lead says.
    private static Task<ReadOnlyMemory<byte>> Begin(IHandoverState state, CancellationToken cancellationToken)
    {
        var saved = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                saved.SetResult(state.SaveAsync(cancellationToken).AsTask().GetAwaiter().GetResult());
            }
            catch (Exception e)
            {
                saved.SetException(e);
            }
        })
        { IsBackground = true, Name = "shield state" }.Start();
        return saved.Task;
    }

    private void TellNotSaved(Exception? exception, string name, string reason) => GuardedLog.Write(() => HandoffLog.StateNotSaved(logger, exception, name, reason));
}

using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

/// <summary>A worker's process and channel that only write down what the init does with them.</summary>
internal sealed class FakeLink : IWorkerLink
{
    private readonly List<string> _log = [];
    private readonly List<string> _turns = [];

    public int Descriptor => -1;

    public bool IsFull => false;

    /// <summary>What has come since the last call.</summary>
    public string Taken()
    {
        var all = string.Join(' ', _log);
        _log.Clear();
        return all;
    }

    /// <summary>What has come of whose background services run, since the last call.</summary>
    public string TakenOfTurns()
    {
        var all = string.Join(' ', _turns);
        _turns.Clear();
        return all;
    }

    /// <summary>The figures of the init that have come last.</summary>
    public Message? Figures { get; private set; }

    public void Send(Message message, int descriptor = -1)
    {
        if (message.Type == ControlType.Figures)
            Figures = message;
        else
            Write(message, descriptor);
    }

    public void HoldWhile(Func<bool> isHeld)
    {
    }

    public int TakeDescriptor() => -1;

    public void Signal(Signal signal) => _log.Add(signal.ToString().ToUpperInvariant());

    public void Close()
    {
    }

    private void Write(Message message, int descriptor) => (message.Type is ControlType.Work or ControlType.Rest ? _turns : _log).Add(message switch
    {
        { Type: ControlType.State, Name: { } name } => $"state:{name}",
        { Type: ControlType.Open, LastDeath: not null } => "open+death",
        { Type: ControlType.Listening } => descriptor >= 0 ? "listening+fd" : "listening",
        _ => message.Type,
    });
}

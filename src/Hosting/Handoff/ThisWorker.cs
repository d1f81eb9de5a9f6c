using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>This process as the old worker of a hot restart that it leads itself: what it is told, it does.</summary>
internal sealed class ThisWorker(WorkerBuild build, OldWorker old) : ISwapWorker
{
    private volatile bool _hasRested;

    public int Generation => build.Generation;

    public string? Version => build.Version.ToString();

    public string? Build => build.Build;

    public bool HasExited => false;

    /// <summary>Gets what it answers, on the thread that tells it something.</summary>
    public required Action<Message> Answered { get; init; }

    /// <summary>Whether its background services have stopped since this was asked last.</summary>
    public bool TakeRested()
    {
        var rested = _hasRested;
        if (rested)
            _hasRested = false;
        return rested;
    }

    public void Introduce(string? version, string? build)
    {
    }

    public void Send(Message message) => old.TryHandle(message, Hear);

    public void Kill(string reason)
    {
    }

    public override string ToString() => "this process";

    private void Hear(Message answer)
    {
        if (answer.Type == ControlType.Rested)
            _hasRested = true;
        else
            Answered(answer);
    }
}

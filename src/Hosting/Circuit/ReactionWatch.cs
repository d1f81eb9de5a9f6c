namespace CrashShield.Hosting.Circuit;

/// <summary>Calls back once when it is not disposed of in time. A thread and no timer: timers need the thread pool, which may be what is in trouble.</summary>
internal sealed class ReactionWatch : IDisposable
{
    private readonly ManualResetEventSlim _done = new();

    public ReactionWatch(TimeSpan timeout, Action expired) => new Thread(() =>
    {
        if (!_done.Wait(timeout))
            expired();
    }) { IsBackground = true, Name = "shield reaction watch" }.Start();

    public void Dispose() => _done.Set();
}

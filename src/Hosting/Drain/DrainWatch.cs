using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Drain;

/// <summary>The last resort: ends a process whose shutdown has outlasted all of its bounds.</summary>
internal sealed class DrainWatch(DrainSequence drain, DrainTimes times, ProcessEnd end, ILogger logger, TimeProvider time)
{
    private const int StackSize = 256 * 1024;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly DrainPause _pause = new(time);

    public void Start()
    {
        if (times.Total is { } total)
            new Thread(() => Run(total + Margin), StackSize) { IsBackground = true, Name = "shield last" }.Start();
    }

    public void Begin() => _pause.Begin();

    public void Abandon() => _pause.Abandon();

    private void Run(TimeSpan bound)
    {
        if (!_pause.WaitForBegin())
            return;

        _pause.Wait(bound);
        GuardedLog.Write(() => DrainLog.GivenUp(logger, ProcessEnd.Status, bound, drain.Request!.By, What(drain.Stage)));
        end.End();
    }

    private static string What(DrainStage stage) => stage switch
    {
        DrainStage.None or DrainStage.Delay => "the drain delay",
        DrainStage.LameDuck => "the lame duck",
        DrainStage.Callbacks => "a callback of IHostApplicationLifetime.ApplicationStopping",
        DrainStage.Services => "the server or a hosted service",
        DrainStage.CleanUp => "a shutdown step",
        _ => "the program, though its host had stopped: a thread in the foreground, or what Main does after the host",
    };
}

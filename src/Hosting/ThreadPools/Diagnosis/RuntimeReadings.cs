using System.Runtime;

namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>What the runtime tells on every operating system. Who else uses the processors is unknown.</summary>
internal class RuntimeReadings : IProcessorReadings
{
    public virtual double Processors => Environment.ProcessorCount;

    public TimeSpan Used => Environment.CpuUsage.TotalTime;

    public TimeSpan Paused => GC.GetTotalPauseDuration();

    public TimeSpan Compiled => JitInfo.GetCompilationTime(currentThread: false);

    public virtual bool TryReadMachine(out long idle, out long all)
    {
        (idle, all) = (0, 0);
        return false;
    }

    public virtual bool TryReadThrottled(out long periods)
    {
        periods = 0;
        return false;
    }

    public virtual bool TryCountWorkers(out int runnable, out int all)
    {
        (runnable, all) = (0, 0);
        return false;
    }

    public virtual void Refresh()
    {
    }
}

namespace CrashShield.Hosting.Supervision;

/// <summary>What is told of the clean-up of one attempt of a service: that it is stuck, once; and how it failed, however late.</summary>
internal sealed class CleanupWatch(ChildSupervisor children)
{
    private bool _isStuck;

    public void ReportStuck()
    {
        if (!Interlocked.Exchange(ref _isStuck, true))
            children.CleanupStuck();
    }

    /// <summary>Awaits a part of it and logs its failure, which is no unobserved one then. Never throws.</summary>
    public async Task ObserveAsync(Task part)
    {
        try
        {
            await part.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            children.Reporter.CleanupFailed(children.Name, e);
        }
    }
}

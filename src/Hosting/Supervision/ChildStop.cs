namespace CrashShield.Hosting.Supervision;

/// <summary>Stops children within their bounds. One that is still there after its bound is left behind, never awaited for ever.</summary>
internal static class ChildStop
{
    public static async Task InReverseAsync(ChildSupervisor supervisor)
    {
        while (supervisor.Children.StopLast(out var child) is { } ended)
        {
            child!.Cancel();
            if (!await EndsWithinAsync(ended, supervisor.BoundOf(child), supervisor.Time).ConfigureAwait(false))
                supervisor.LeaveBehind(child);
        }
    }

    public static async Task AtOnceAsync(ChildSupervisor supervisor, List<SupervisedChild> children)
    {
        var ends = supervisor.Children.Stop(children);
        for (var i = children.Count - 1; i >= 0; i--)
            children[i].Cancel();

        if (await EndsWithinAsync(Task.WhenAll(ends), supervisor.Bound, supervisor.Time).ConfigureAwait(false))
            return;

        for (var i = children.Count - 1; i >= 0; i--)
        {
            // A scope among them keeps to the bounds of its own children.
            if (children[i].Nested is not null)
                await ends[i].ConfigureAwait(false);
            else if (!ends[i].IsCompleted)
                supervisor.LeaveBehind(children[i]);
        }
    }

    public static async Task<bool> EndsWithinAsync(Task ended, TimeSpan bound, TimeProvider time)
    {
        if (ended.IsCompleted)
            return true;

        try
        {
            await ended.WaitAsync(bound, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

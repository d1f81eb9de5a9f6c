namespace CrashShield.GuestApps.Running;

/// <summary>How many requests, or pieces of work of a worker, have begun and ended in this process.</summary>
internal static class RequestCount
{
    private static readonly Lock Lock = new();
    private static int Begun;
    private static int Ended;
    private static TaskCompletionSource Changed = NewSignal();

    public static void Begin() => Change(() => Begun++);

    public static void End() => Change(() => Ended++);

    /// <summary>Waits until so many have begun.</summary>
    public static Task WaitForBegunAsync(int count, CancellationToken cancellationToken) => WaitAsync(() => Begun >= count, cancellationToken);

    /// <summary>Waits until so many have begun and none is left.</summary>
    public static Task WaitForEndAsync(int count, CancellationToken cancellationToken) =>
        WaitAsync(() => Begun >= count && Ended == Begun, cancellationToken);

    private static async Task WaitAsync(Func<bool> isReached, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (Lock)
            {
                if (isReached())
                    return;
                changed = Changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (Lock)
        {
            change();
            (changed, Changed) = (Changed, NewSignal());
        }

        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

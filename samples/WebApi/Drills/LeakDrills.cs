using System.Runtime.CompilerServices;
using CrashShield.Hosting.Leaks;
using CrashShield.Middleware.Admission;

namespace WebApi.Drills;

/// <summary>Every way to leak a task.</summary>
internal static class LeakDrills
{
    // What is stuck is held by somebody.
    private static readonly List<TaskCompletionSource> Held = [];

    public static void MapLeaks(this RouteGroupBuilder drills)
    {
        drills.MapGet("/leak", (int count = 100, bool collect = true) => Leaked(count, Abandon, collect));
        drills.MapGet("/leak-methods", (int count = 100) => Leaked(count, static count =>
        {
            for (var i = 0; i < count; i++)
                _ = WaitForNothingAsync();
        }));
        drills.MapGet("/stuck", (int count = 100) =>
        {
            Hold(count);
            return $"{count} tasks do not complete; /drill/unstick completes them.";
        });
        // Critical: it has to be let in while the leak has the circuit open.
        drills.MapGet("/unstick", Release).WithPriority(RequestPriority.Critical);
        drills.MapGet("/channel-leak", (int count = 100) => Leaked(count, WaitForNobody));
    }

    private static string Leaked(int count, Action<int> leak, bool collect = true)
    {
        leak(count);
        if (!collect)
            return $"{count} leaked.";
        // Leaks of this kind are seen when they are collected, which an idle process would not do for a while.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return $"{count} leaked and collected.";
    }

    // Calls of their own, so that no frame that is still running holds what is leaked.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(int count)
    {
        for (var i = 0; i < count; i++)
            Shield.Watch(new TaskCompletionSource().Task, "drill-leak");
    }

    private static async Task WaitForNothingAsync() => await new TaskCompletionSource().Task;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WaitForNobody(int count)
    {
        for (var i = 0; i < count; i++)
            _ = ShieldChannel.CreateUnbounded<int>("drill-channel").Reader.WaitToReadAsync().AsTask();
    }

    private static void Hold(int count)
    {
        lock (Held)
        {
            for (var i = 0; i < count; i++)
            {
                Held.Add(new(TaskCreationOptions.RunContinuationsAsynchronously));
                Shield.Watch(Held[^1].Task, "drill-stuck");
            }
        }
    }

    private static string Release()
    {
        lock (Held)
        {
            var count = Held.Count;
            Held.ForEach(source => source.TrySetResult());
            Held.Clear();
            return $"{count} tasks completed.";
        }
    }
}

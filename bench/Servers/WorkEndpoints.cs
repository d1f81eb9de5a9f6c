using System.Diagnostics;
using CrashShield.Middleware.Admission;

namespace CrashShield.Servers;

/// <summary>Work of a fixed number of iterations, so that a busy processor makes it take longer and not do less.</summary>
internal static class WorkEndpoints
{
    private const int AsyncParts = 5;

    public static void MapWork(this WebApplication app)
    {
        app.MapGet("/work", (int iterations) => Spin(iterations));
        app.MapGet("/work-critical", (int iterations) => Spin(iterations)).WithPriority(RequestPriority.Critical);
        app.MapGet("/work-async", SpinAsync);
        app.MapGet("/work-async-critical", SpinAsync).WithPriority(RequestPriority.Critical);
        app.MapGet("/iterations", (double ms) => IterationsIn(TimeSpan.FromMilliseconds(ms)));
    }

    public static uint Spin(int iterations)
    {
        var value = 1u;
        for (var i = 0; i < iterations; i++)
            value = (value * 1_664_525) + 1_013_904_223;
        return value;
    }

    // As a handler that awaits: each part is a work item of its own.
    private static async Task<uint> SpinAsync(int iterations)
    {
        var value = 0u;
        for (var part = 0; part < AsyncParts; part++)
        {
            await Task.Yield();
            value ^= Spin(iterations / AsyncParts);
        }

        return value;
    }

    // The best of several: the machine may have been busy with other things.
    private static int IterationsIn(TimeSpan time)
    {
        const int Sample = 2_000_000;
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var started = Stopwatch.GetTimestamp();
            _ = Spin(Sample);
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed < best)
                best = elapsed;
        }

        return (int)(Sample * (time / best));
    }
}

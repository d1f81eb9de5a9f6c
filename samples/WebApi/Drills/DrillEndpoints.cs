using System.Runtime.CompilerServices;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Supervision;
using CrashShield.Middleware.Admission;

namespace WebApi.Drills;

/// <summary>Every way to break the sample. Each is in drills.http with what to expect.</summary>
internal static class DrillEndpoints
{
    public static void MapDrills(this WebApplication app)
    {
        var drills = app.MapGroup("/drill");
        drills.MapThrows();
        drills.MapResponses();
        drills.MapTasks();
        drills.MapLoad();
        drills.MapLeaks();
        drills.MapDrain();
    }

    private static void MapThrows(this RouteGroupBuilder drills)
    {
        drills.MapGet("/throw", (int frames = 1) => Throw(frames));
        drills.MapGet("/throw-async", async (int frames = 1) =>
        {
            await Task.Yield();
            return Throw(frames);
        });
        drills.MapGet("/throw-middleware", () => "never reached: the middleware in Program.cs throws first");
        drills.MapGet("/throw-filter", () => "never reached").AddEndpointFilter((_, _) => throw new InvalidOperationException("A filter failed."));
        drills.MapGet("/bind/{id}", (int id) => $"bound {id}");
        drills.MapGet("/timeout", string () => throw new TimeoutException("A dependency took too long."));
        drills.MapGet("/unavailable", string () => throw new DependencyDownException("billing"));
        drills.MapGet("/hostile", string (string kind = "members") => throw HostileException.Of(kind));
    }

    private static void MapResponses(this RouteGroupBuilder drills)
    {
        drills.MapGet("/throw-after-start", async (HttpResponse response) =>
        {
            await response.WriteAsync("half an answer");
            await response.Body.FlushAsync();
            throw new InvalidOperationException("Failed after the response had started.");
        });
        drills.MapGet("/throw-on-starting", (HttpResponse response) =>
        {
            response.OnStarting(() => throw new InvalidOperationException("Failed while the response was starting."));
            return "never sent";
        });
        drills.MapGet("/throw-on-completed", (HttpResponse response) =>
        {
            response.OnCompleted(() => throw new InvalidOperationException("Failed after the response was sent."));
            return "sent";
        });
        drills.MapGet("/download", async (HttpResponse response, CancellationToken cancellationToken, int mb = 3) =>
        {
            var piece = new byte[1 << 16];
            response.ContentLength = (long)mb << 20;
            for (var left = response.ContentLength.Value; left > 0; left -= piece.Length)
                await response.Body.WriteAsync(piece, cancellationToken);
        });
    }

    private static void MapTasks(this RouteGroupBuilder drills)
    {
        drills.MapGet("/child-failure", async (ITaskSupervisor supervisor, CancellationToken cancellationToken) =>
        {
            await using var scope = supervisor.OpenScope("price-order", cancellationToken: cancellationToken);
            scope.Start("load-prices", token => Task.Delay(Timeout.InfiniteTimeSpan, token));
            scope.Start("load-stock", _ => throw new InvalidOperationException("The stock service does not answer."));
            await scope.WaitAsync(cancellationToken);
            return "never reached";
        });
        drills.MapGet("/work", async (CancellationToken cancellationToken, int ms = 100) =>
        {
            await Shield.Watch(WorkAsync(ms, cancellationToken), "drill-work");
            return $"worked {ms} ms";
        });
        drills.MapGet("/unobserved", () =>
        {
            Forget();
            // Aggressive: gives back to the system what the collector would keep for the next large objects.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            return "A task failed and was collected.";
        });
    }

    private static void MapLoad(this RouteGroupBuilder drills)
    {
        drills.MapGet("/block", (int ms = 100) => Block(ms));
        drills.MapGet("/wait", async (CancellationToken cancellationToken, int ms = 100) =>
        {
            await Task.Delay(ms, cancellationToken);
            return $"waited {ms} ms";
        });
        drills.MapGet("/alloc", (int mb = 20, int seconds = 10) =>
        {
            HeldMemory.Hold(mb, TimeSpan.FromSeconds(seconds));
            return $"holds {mb} MiB for {seconds} s";
        }).WithPriority(RequestPriority.Sheddable);
        // Without a default: trimmed and native, the request delegate generator takes it for the lambda above, whose default is another.
        drills.MapGet("/gc-storm", (int? mb, int seconds = 10) =>
        {
            var live = mb ?? 64;
            GcStorm.Begin(live, TimeSpan.FromSeconds(seconds));
            return $"{live} MiB of objects are replaced for {seconds} s";
        }).WithPriority(RequestPriority.Sheddable);
        drills.MapGet("/fail", (HealthCircuit circuit) =>
        {
            circuit.Fail("The drill asked for it.");
            return "the circuit has failed";
        });
    }

    private static async Task WorkAsync(int ms, CancellationToken cancellationToken) => await Task.Delay(ms, cancellationToken);

    // A call of its own, so that stacks name it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Block(int ms)
    {
        Thread.Sleep(ms);
        return $"blocked {ms} ms";
    }

    // A call of its own, so that no frame that is still running holds the task.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = Task.FromException(new InvalidOperationException("Nobody awaits this."));

    private static string Throw(int frames) => frames > 1
        ? Throw(frames - 1) + frames
        : throw new InvalidOperationException("The drill asked for it.");
}

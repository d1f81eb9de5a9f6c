using System.Diagnostics;

namespace CrashShield.Drills.Drain;

/// <summary>Rolling replacement of two instances under load.</summary>
internal sealed class Replacement(string[] settings)
{
    private const double Rate = 300;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);

    public async Task<DrainRun> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var (statuses, seconds) = (new List<int>(), new List<double>());
        await using var proxy = new Proxy();
        var instances = new Queue<Instance>();
        try
        {
            for (var i = 0; i < 2; i++)
                instances.Enqueue(await AddAsync(proxy, cancellationToken));

            var load = proxy.LoadAsync(Rate);
            for (var round = 0; round < rounds; round++)
            {
                instances.Enqueue(await AddAsync(proxy, cancellationToken));
                await Task.Delay(Calm, cancellationToken);
                await using var old = instances.Dequeue();
                var clock = Stopwatch.StartNew();
                old.Terminate();
                statuses.Add(await old.WaitForExitAsync(cancellationToken));
                seconds.Add(clock.Elapsed.TotalSeconds);
            }

            // What the proxy hears late has to have happened.
            await Task.Delay(Proxy.Late + Calm, cancellationToken);
            return new(await proxy.EndAsync(load), statuses, seconds);
        }
        finally
        {
            foreach (var instance in instances)
                await instance.DisposeAsync();
        }
    }

    private async Task<Instance> AddAsync(Proxy proxy, CancellationToken cancellationToken)
    {
        var instance = await Instance.StartAsync(settings, cancellationToken);
        proxy.Add(instance.Target);
        return instance;
    }
}

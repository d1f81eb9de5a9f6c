using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Ordinary;

/// <summary>Looks at a server from outside while it is under load.</summary>
internal sealed class ServerWatch(int processId, Uri? health)
{
    private const string PoolThread = ".NET TP Worker";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan HealthWithin = TimeSpan.FromSeconds(1);

    private readonly List<string> _states = [];

    /// <summary>The most threads that its pool has been seen with.</summary>
    public int PoolThreads { get; private set; }

    /// <summary>What the product took it to be doing, each time that it thought better of it.</summary>
    public IReadOnlyList<string> States => _states;

    public async Task RunAsync(CancellationToken until)
    {
        using var client = new HttpClient { BaseAddress = health, Timeout = HealthWithin };
        using var timer = new PeriodicTimer(Pace);
        while (!until.IsCancellationRequested)
        {
            PoolThreads = Math.Max(PoolThreads, ProcFs.ThreadsNamed(processId, PoolThread));
            if (health is not null)
                await LookAsync(client);
            try
            {
                await timer.WaitForNextTickAsync(until);
            }
            catch (OperationCanceledException)
            {
                // The load is over.
            }
        }
    }

    private async Task LookAsync(HttpClient client)
    {
        try
        {
            if (await Health.StateAsync(client, CancellationToken.None) is { } state && (_states is [] || _states[^1] != state))
                _states.Add(state);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // A server that is too busy to say what it does is one of the things that a kind may do to it.
        }
    }
}

using CrashShield.Load;

namespace CrashShield.Drills.Chaos;

/// <summary>A client that sends one request after the other, on a connection that it keeps or on a new one each time.</summary>
internal sealed class ChaosClient(Target target, ChaosTally tally, Random random, bool keeps)
{
    // Longer than the longest freeze and the answer after it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] Paths = ["/version", "/orders/1", "/drill/wait?ms=20", "/drill/wait?ms=300"];

    public async Task RunAsync(CancellationToken enough)
    {
        using var connection = new LoadConnection(target, looksBefore: true);
        while (!enough.IsCancellationRequested)
        {
            var path = Paths[random.Next(Paths.Length)];
            var from = tally.Now;
            tally.Add(await SendAsync(connection, path), path, from);
            await Task.Delay(random.Next(5, 60), CancellationToken.None);
        }
    }

    private async Task<Outcome> SendAsync(LoadConnection connection, string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            // No order is known: its whole answer is a 404.
            var outcome = await connection.SendAsync(target.Request(path, keeps ? [] : ["Connection: close"]), 200, patience.Token);
            return outcome == Outcome.WrongStatus && connection.Status == 404 ? Outcome.Ok : outcome;
        }
        catch (OperationCanceledException)
        {
            connection.Abort(reset: false);
            return Outcome.TimedOut;
        }
        finally
        {
            if (!keeps)
                connection.Abort(reset: false);
        }
    }
}

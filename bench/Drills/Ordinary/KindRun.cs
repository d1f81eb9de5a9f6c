using CrashShield.Load;

namespace CrashShield.Drills.Ordinary;

/// <summary>Runs one kind of work against one server, which is started for it.</summary>
internal static class KindRun
{
    public const string Shield = "shield";
    public const string Nothing = "nothing";

    public static async Task<KindSide> RunAsync(Kind kind, string peer, double seconds, CancellationToken cancellationToken)
    {
        await using var server = await OrdinaryServer.StartAsync(peer, kind.Layout, kind.Environment, cancellationToken);
        if (!kind.IsCold)
            await server.PrepareAsync(kind.Prepare, cancellationToken);
        await using var neighbours = Neighbours.Start(kind.Layout.Neighbours);
        var watch = new ServerWatch(server.Id, peer == Shield ? server.Address : null);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (watching, clients) = (watch.RunAsync(over.Token), kind.Clients?.Invoke(server.Address, over.Token));
        var results = await Task.WhenAll(kind.Loads.Select(load => load.RunAsync(server.Address, seconds, kind.Layout.LoadCore, cancellationToken)));
        await over.CancelAsync();
        await watching;

        var beside = clients is null ? BesideOf(kind, results) : await clients;
        if (server.HasExited)
            throw new InvalidOperationException($"The server {peer} has ended during {kind.Name}.");
        var health = peer == Shield ? await Health.AskAsync(server.Address, cancellationToken) : null;
        return KindSide.Of([.. Of(kind, results, isBeside: false)], seconds, beside, watch, health);
    }

    private static Beside? BesideOf(Kind kind, LoadResult[] results)
    {
        LoadSide[] beside = [.. Of(kind, results, isBeside: true).Select(load => LoadSide.Of(load.Load, load.Result))];
        return beside is [] ? null : new(beside.Sum(load => load.Good), beside.Sum(load => load.Total));
    }

    private static IEnumerable<(OrdinaryLoad Load, LoadResult Result)> Of(Kind kind, LoadResult[] results, bool isBeside) =>
        kind.Loads.Zip(results).Where(pair => pair.First.IsBeside == isBeside);
}

namespace CrashShield.Drills.Services;

/// <summary>A service whose dependency is down, up again, slow, and quick again: with the product and without, both at once and over the same dependency.</summary>
internal sealed class PricesPart : IServicePart
{
    private static readonly (string Setting, string Value)[] Sooner = [("CrashShield:HealthChecks:Interval", "00:00:01"), ("CrashShield:Circuit:RecoverAfter", "00:00:01")];

    public string Name => "prices";

    public bool WaitsMostly => true;

    public async Task RunAsync(PartRun run, CancellationToken cancellationToken)
    {
        var settings = run.IsShort ? Sooner : [];
        foreach (var (setting, value) in settings)
            run.Report.Change(setting, value, $"in {Name}: the circuit is to move within the few seconds of the short form");
        string[] arguments = [.. settings.SelectMany(changed => new[] { "--" + changed.Setting, changed.Value })];
        await using var source = new PriceSource();
        await source.ComeUpAsync(cancellationToken);
        await using var with = await PriceSide.StartAsync(isShielded: true, source.Address, arguments, cancellationToken);
        await using var without = await PriceSide.StartAsync(isShielded: false, source.Address, [], cancellationToken);

        await with.StartedAsync(TimeSpan.FromSeconds(30), cancellationToken);
        var trouble = new PriceTrouble(run.Report, with, without);
        var (brief, lasting) = run.IsShort ? (2, 3) : (10, 30);
        await trouble.PassAsync("ordinary", brief, cancellationToken);
        await source.GoDownAsync();
        await trouble.PassAsync("down", lasting, cancellationToken);
        await source.ComeUpAsync(cancellationToken);
        await trouble.RecoverAsync("up again", brief, cancellationToken);
        source.SetSlow(true);
        await trouble.PassAsync("slow", lasting, cancellationToken);
        await trouble.NoticeAsync("slow and known", brief, cancellationToken);
        source.SetSlow(false);
        await trouble.RecoverAsync("quick again", brief, cancellationToken);
        trouble.RequireAll();
    }
}

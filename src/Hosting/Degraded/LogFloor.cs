using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace CrashShield.Hosting.Degraded;

/// <summary>
/// Keeps everything below a warning out of the log while the circuit is not closed, but CrashShield's own lines, those of the host's start and stop, and the categories that the application names. It asks for
/// its settings only then: the circuit has a logger, and the logger factory asks for this.
/// </summary>
#pragma warning disable CA1001 // Without a timer there is nothing to free, and somebody may just be registering.
internal sealed class LogFloor(IServiceProvider services) : ICircuitReaction, IPostConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
#pragma warning restore CA1001
{
    private const LogLevel Floor = LogLevel.Warning;
    private static readonly string[] AlwaysSpared = [nameof(CrashShield), "Microsoft.Hosting.Lifetime"];

    private CancellationTokenSource _changed = new();
    private string[]? _spared;
    private volatile bool _isRaised;

    private string[] Spared => _spared ??= [.. AlwaysSpared, .. services.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Telemetry.KeptLogCategories];

    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        Raise(transition.To != CircuitLevel.Closed);
        return Task.CompletedTask;
    }

    /// <summary>The filters are made anew from the configuration, so that lowering the floor leaves nothing behind.</summary>
    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        if (!_isRaised)
            return;

        var spared = Spared.SelectMany(category => SparedRules(options, category)).ToArray();
        for (var i = 0; i < options.Rules.Count; i++)
            options.Rules[i] = Raised(options.Rules[i]);
        foreach (var rule in spared)
            options.Rules.Add(rule);
        options.MinLevel = Max(options.MinLevel);
    }

    private void Raise(bool isRaised)
    {
        if (_isRaised == isRaised)
            return;

        _isRaised = isRaised;
        // The old one is left to the collector: somebody may just be registering with it.
        Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
    }

    private LoggerFilterRule Raised(LoggerFilterRule rule) => IsSpared(rule.CategoryName)
        ? rule
        : new(rule.ProviderName, rule.CategoryName, Max(rule.LogLevel ?? LogLevel.Trace), rule.Filter);

    // What a provider's rules, or those of all, would have said of a category, as rules that are more exact than the raised ones.
    private static IEnumerable<LoggerFilterRule> SparedRules(LoggerFilterOptions options, string category)
    {
        foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct())
        {
            var best = options.Rules
                .Where(rule => rule.ProviderName == provider && category.StartsWith(rule.CategoryName ?? "", StringComparison.OrdinalIgnoreCase))
                .OrderBy(rule => rule.CategoryName?.Length ?? 0)
                .LastOrDefault();
            if (best is not null)
                yield return new(provider, category, best.LogLevel, best.Filter);
            else if (provider is null)
                yield return new(null, category, options.MinLevel, null);
        }
    }

    private bool IsSpared(string? category) => category is not null && Array.Exists(Spared, spared =>
        category.Equals(spared, StringComparison.OrdinalIgnoreCase) || category.StartsWith(spared + ".", StringComparison.OrdinalIgnoreCase));

    private static LogLevel Max(LogLevel level) => level > Floor ? level : Floor;
}

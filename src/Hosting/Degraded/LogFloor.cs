using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace CrashShield.Hosting.Degraded;

/// <summary>
/// Keeps everything below a warning out of the log while the circuit is not closed, but CrashShield's own lines. It depends on nothing: the circuit has a logger, and the logger
/// factory asks for this.
/// </summary>
#pragma warning disable CA1001 // Without a timer there is nothing to free, and somebody may just be registering.
internal sealed class LogFloor : ICircuitReaction, IPostConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
#pragma warning restore CA1001
{
    private const LogLevel Floor = LogLevel.Warning;
    private const string Own = nameof(CrashShield);

    private CancellationTokenSource _changed = new();
    private volatile bool _isRaised;

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

        var own = OwnRules(options).ToArray();
        for (var i = 0; i < options.Rules.Count; i++)
            options.Rules[i] = Raised(options.Rules[i]);
        foreach (var rule in own)
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

    private static LoggerFilterRule Raised(LoggerFilterRule rule) => IsOwn(rule.CategoryName)
        ? rule
        : new(rule.ProviderName, rule.CategoryName, Max(rule.LogLevel ?? LogLevel.Trace), rule.Filter);

    // What a provider's rules, or those of all, would have said of our categories, as rules that are more exact than the raised ones.
    private static IEnumerable<LoggerFilterRule> OwnRules(LoggerFilterOptions options)
    {
        foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct())
        {
            var best = options.Rules
                .Where(rule => rule.ProviderName == provider && Own.StartsWith(rule.CategoryName ?? "", StringComparison.OrdinalIgnoreCase))
                .OrderBy(rule => rule.CategoryName?.Length ?? 0)
                .LastOrDefault();
            if (best is not null)
                yield return new(provider, Own, best.LogLevel, best.Filter);
            else if (provider is null)
                yield return new(null, Own, options.MinLevel, null);
        }
    }

    private static bool IsOwn(string? category) =>
        category is not null && (category.Equals(Own, StringComparison.OrdinalIgnoreCase) || category.StartsWith(Own + ".", StringComparison.OrdinalIgnoreCase));

    private static LogLevel Max(LogLevel level) => level > Floor ? level : Floor;
}

using System.Globalization;
using System.Text.RegularExpressions;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Restart;

/// <summary>What an init says of its hot restarts on its standard error, which goes on to the drill's.</summary>
internal sealed partial class InitLog
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<Swap> _swaps = [];
    private readonly List<double> _rollbacks = [];

    /// <summary>How many times a new worker has come to serve.</summary>
    public int Swaps
    {
        get
        {
            lock (_lock)
                return _swaps.Count;
        }
    }

    public void Add(string line)
    {
        Console.Error.WriteLine(line);
        lock (_lock)
        {
            if (Swapped().Match(line) is { Success: true } swap)
                _swaps.Add(new(Milliseconds(swap, "took")));
            else if (RolledBack().Match(line) is { Success: true } rollback)
                _rollbacks.Add(Milliseconds(rollback, "took"));
        }
    }

    /// <summary>Each restart in which the new worker came to serve.</summary>
    public Task<Swap[]> SwapsAsync(int expected, CancellationToken cancellationToken) => ReadAsync(_swaps, expected, cancellationToken);

    /// <summary>From <c>resume</c> to the old worker until it has said that it accepts, for each failure after the swap, in milliseconds.</summary>
    public Task<double[]> RollbacksAsync(int expected, CancellationToken cancellationToken) => ReadAsync(_rollbacks, expected, cancellationToken);

    // The last line may still be on its way.
    private async Task<T[]> ReadAsync<T>(List<T> all, int expected, CancellationToken cancellationToken)
    {
        await Until.IsSoAsync(() => Task.FromResult(Read(all).Length >= expected), Deadline, cancellationToken);
        return Read(all);
    }

    private T[] Read<T>(List<T> all)
    {
        lock (_lock)
            return [.. all];
    }

    private static double Milliseconds(Match match, string group) =>
        double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) * (match.Groups[group + "Unit"].Value == "s" ? 1_000 : 1);

    [GeneratedRegex(@"^crashshield-init: .* both accepted for (?<took>[\d.]+)(?<tookUnit>ms|s);")]
    private static partial Regex Swapped();

    [GeneratedRegex(@"^crashshield-init: .* rolled back in (?<took>[\d.]+)(?<tookUnit>ms|s)$")]
    private static partial Regex RolledBack();
}

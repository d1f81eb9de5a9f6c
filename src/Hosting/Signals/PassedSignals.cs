using System.Collections.Concurrent;
using System.Globalization;
using CrashShield.Hosting.Handoff;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Signals;

/// <summary>
/// Signals that <c>crashshield-init</c> gets for this process and passes on over its channel. A thread of its own obeys them: a starved pool does not hold it up, and no thread has to block a signal, which every
/// child of the application would inherit.
/// </summary>
internal sealed class PassedSignals(IOptions<CrashShieldOptions> options) : IDisposable
{
    private const int StackSize = 256 * 1024;

    // Made when there is an init: a process without one need not compile it.
    private BlockingCollection<int>? _signals;

    private BlockingCollection<int> Signals => LazyInitializer.EnsureInitialized(ref _signals, static () => []);

    /// <summary>Whether there is an init that passes them on.</summary>
    public bool AreExpected => InitLead.IsThere && options.Value.Handoff.Enabled;

    /// <summary>Their numbers, as <c>hello</c> has them.</summary>
    public string? Numbers => AreExpected
        ? string.Join(',', Array.ConvertAll(SignalMap.Of(options.Value.Signals), static signal => signal.Number.ToString(CultureInfo.InvariantCulture)))
        : null;

    /// <summary>Begins to obey, those included that have come already.</summary>
    public void Begin(Action<int> obey) => new Thread(() => Loop(Signals, obey), StackSize) { IsBackground = true, Name = "shield signals" }.Start();

    public void Add(int signal)
    {
        try
        {
            Signals.Add(signal);
        }
        catch (InvalidOperationException)
        {
            // The host has ended.
        }
    }

    // What it holds is left to the collector: the channel's thread may be adding one.
    public void Dispose() => _signals?.CompleteAdding();

    private static void Loop(BlockingCollection<int> signals, Action<int> obey)
    {
        foreach (var signal in signals.GetConsumingEnumerable())
            obey(signal);
    }
}

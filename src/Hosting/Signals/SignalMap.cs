namespace CrashShield.Hosting.Signals;

/// <summary>Which signal asks for what.</summary>
internal static class SignalMap
{
    /// <summary>The settings as they are written.</summary>
    public static IReadOnlyList<(SignalAction Action, string Signal)> Settings(SignalOptions options) =>
        [(SignalAction.Degrade, options.Degrade), (SignalAction.Restart, options.Restart), (SignalAction.Snapshot, options.Snapshot)];

    /// <summary>The signals by number; none when they are switched off.</summary>
    public static IReadOnlyDictionary<int, SignalAction> Of(SignalOptions options)
    {
        var map = new Dictionary<int, SignalAction>();
        foreach (var (action, signal) in options.Enabled ? Settings(options) : [])
        {
            if (SignalName.TryParse(signal, out var number) && number != SignalName.None)
                map.Add(number, action);
        }

        return map;
    }
}

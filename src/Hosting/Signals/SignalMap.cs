namespace CrashShield.Hosting.Signals;

/// <summary>Which signal asks for what.</summary>
internal static class SignalMap
{
    /// <summary>The settings as they are written; a text that is no signal counts as none.</summary>
    public static MappedSignal[] Settings(SignalOptions options) =>
        [Setting(SignalAction.Degrade, options.Degrade), Setting(SignalAction.Restart, options.Restart), Setting(SignalAction.Snapshot, options.Snapshot)];

    /// <summary>The signals that ask for something; none when they are switched off.</summary>
    public static MappedSignal[] Of(SignalOptions options) =>
        options.Enabled ? Array.FindAll(Settings(options), static setting => setting.Number != SignalName.None) : [];

    private static MappedSignal Setting(SignalAction action, string signal) => new(SignalName.TryParse(signal, out var number) ? number : SignalName.None, action, signal);
}

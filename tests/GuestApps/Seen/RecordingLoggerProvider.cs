namespace CrashShield.GuestApps.Seen;

/// <summary>A log provider that keeps what it gets, with the scopes that other providers get too.</summary>
[ProviderAlias("Recording")]
internal sealed class RecordingLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => new RecordingLogger(categoryName, () => _scopes);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }
}
